package catalogue

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

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
	h := v.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", `attachment; filename="class-`+string(id)+`.csv"`) // an id needs no escaping
	h.Set("Cache-Control", "no-store")
	_, err := v.W.Write(found.csv())
	return err
}

// byteOrderMark tells Excel that a file is UTF-8: without it, Excel reads José as JosÃ©. Other
// programs skip it.
const byteOrderMark = "\ufeff"

// csv writes the class as RFC 4180 says: commas between the cells, CRLF behind a line.
func (c *class) csv() []byte {
	var file bytes.Buffer
	file.WriteString(byteOrderMark)
	w := csv.NewWriter(&file)
	w.UseCRLF = true
	write := func(cells ...string) { _ = w.Write(cells) } // a buffer takes all
	write("place", "number", "name", "id")
	for i, member := range c.byName() {
		write("seat", strconv.Itoa(i+1), safeCell(member.Name), safeCell(string(member.ID)))
	}
	for i, member := range c.waiting.Rows {
		write("waitlist", strconv.Itoa(i+1), safeCell(member.Name), safeCell(string(member.ID)))
	}
	w.Flush()
	return file.Bytes()
}

// safeCell puts an apostrophe before a text that a spreadsheet would take for a formula, so
// that it is shown and not carried out. Anybody may choose such a name. The last four
// characters are the first four as some keyboards for Chinese and Japanese write them.
func safeCell(text string) string {
	const begins = "=+-@" + "＝＋－＠"
	if bare := strings.TrimSpace(text); bare != "" && strings.ContainsRune(begins, []rune(bare)[0]) {
		return "'" + text
	}
	return text
}
