package catalogue

import (
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
)

// ClassCSV is the whole class of a course, for a spreadsheet.
func (p *Pages) ClassCSV(v *site.Visit) error {
	id := courses.CourseID(v.ID("course"))
	var ask readmodel.Questions
	var found class
	found.ask(&ask, id)
	if _, err := p.Terms.Ask(v.Context(), &ask); err != nil {
		return err
	}
	if found.course.ID == "" {
		return courses.ErrNoSuchCourse
	}
	return v.SendCSV("class-"+string(id)+".csv", found.rows())
}

// rows are the class as a table: those who have a seat by name, then those who wait in their order.
func (c *class) rows() [][]string {
	rows := [][]string{{"place", "number", "name", "id"}}
	for i, member := range c.byName() {
		rows = append(rows, []string{"seat", strconv.Itoa(i + 1), member.Name, string(member.ID)})
	}
	for i, member := range c.waiting.Rows {
		rows = append(rows, []string{"waitlist", strconv.Itoa(i + 1), member.Name, string(member.ID)})
	}
	return rows
}
