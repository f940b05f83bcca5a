package imports

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"go-crablet/intake"
	"go-crablet/readmodel"
	"go-crablet/web/site"
)

// byteOrderMark tells spreadsheet programs that a file is UTF-8.
const byteOrderMark = "\ufeff"

// Result sends the import as CSV, a row for each line, with what became of it.
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
	v.W.Header().Set("Content-Type", "text/csv; charset=utf-8")
	v.W.Header().Set("Content-Disposition", `attachment; filename="import-`+found.ID+`.csv"`)
	v.W.Header().Set("Cache-Control", "no-store")
	_, _ = v.W.Write(resultOf(found.Kind, lines, names)) // the visitor may be gone
	return nil
}

// resultOf writes lines as CSV. The columns have the names that an import knows, so the file
// can be imported, too.
func resultOf(kind intake.Kind, lines []intake.Line, names readmodel.Names) []byte {
	var file bytes.Buffer
	file.WriteString(byteOrderMark)
	w := csv.NewWriter(&file)
	w.UseCRLF = true
	_ = w.Write(append(append([]string{"line"}, headerOf[kind]...), "result", "why")) // to memory
	for _, line := range lines {
		row := []string{strconv.Itoa(line.Number)}
		switch kind {
		case intake.Students:
			row = append(row, studentOf(line, names), string(line.Student))
		case intake.Courses:
			row = append(row, courseOf(line, names), strconv.Itoa(line.Capacity), string(line.Course))
		case intake.Enrolments:
			row = append(row, string(line.Student), names.Student(line.Student), string(line.Course), names.Course(line.Course))
		}
		row = append(row, outcomeOf[line.State].Words, line.Why)
		for i, cell := range row {
			row[i] = harmless(cell)
		}
		_ = w.Write(row)
	}
	w.Flush()
	return file.Bytes()
}

var headerOf = map[intake.Kind][]string{
	intake.Students:   {"name", "id"},
	intake.Courses:    {"title", "capacity", "id"},
	intake.Enrolments: {"student", "name of the student", "course", "title of the course"},
}

// harmless puts an apostrophe before a cell that a spreadsheet program would take for a formula
// and carry out.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
