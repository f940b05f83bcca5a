package courses

import "encoding/json"

// UnmarshalJSON implements [json.Unmarshaler]. It also reads the events of older versions,
// whose courses had a name and a maximum of students.
func (e *CourseDefined) UnmarshalJSON(data []byte) error {
	type today CourseDefined // the same fields, without this method
	if err := json.Unmarshal(data, (*today)(e)); err != nil || e.Title != "" {
		return err
	}
	var older struct {
		Name        string `json:"name"`
		MaxStudents int    `json:"max_students"`
	}
	err := json.Unmarshal(data, &older)
	e.Title, e.Capacity = older.Name, older.MaxStudents
	return err
}
