package imports

import (
	"strconv"

	"go-crablet/intake"
	"go-crablet/readmodel"
	"go-crablet/web/site"
)

// Result sends the import as CSV, a row for each line, with what the line did.
func (p *Pages) Result(v *site.Visit) error {
	found, err := p.find(v)
	if err != nil {
		return err
	}
	lines, err := p.imports.Lines(v.Context(), found.ID, "", intake.MaxLines)
	if err != nil {
		return err
	}
	names, err := p.Names(v.Context(), tagsOf(lines)...)
	if err != nil {
		return err
	}
	return v.SendCSV("import-"+found.ID+".csv", resultOf(found, lines, names))
}

// resultOf returns lines as a table. The columns have the names that an import knows, so the file
// can be imported, too.
func resultOf(of intake.Import, lines []intake.Line, names readmodel.Names) [][]string {
	rows := [][]string{append(append([]string{"line"}, headerOf[of.Kind]...), "result", "why")}
	for _, line := range lines {
		row := []string{strconv.Itoa(line.Number)}
		switch of.Kind {
		case intake.Students:
			row = append(row, studentOf(line, names), string(line.Student))
		case intake.Courses:
			row = append(row, courseOf(line, names), strconv.Itoa(line.Capacity), string(line.Course))
		case intake.Enrolments:
			row = append(row, string(line.Student), names.Student(line.Student), string(line.Course), names.Course(line.Course))
		}
		rows = append(rows, append(row, outcomeOf(line.State, of.Stage).Words, line.Why))
	}
	return rows
}

var headerOf = map[intake.Kind][]string{
	intake.Students:   {"name", "id"},
	intake.Courses:    {"title", "capacity", "id"},
	intake.Enrolments: {"student", "name of the student", "course", "title of the course"},
}
