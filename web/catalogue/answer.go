package catalogue

import (
	"errors"
	"net/http"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// carryOut decides a command, and answers it with the page that it came from. The title
// names the decision in its receipt.
func (p *Pages) carryOut(v *site.Visit, cmd dcb.Command, title, page string) error {
	result, err := p.decisions.Decide(v, cmd, title)
	return p.answer(v, cmd, result, err, page)
}

// answer sends the visitor back to the page that a command came from. If the command was not
// carried out, it shows that page with the reason.
func (p *Pages) answer(v *site.Visit, cmd dcb.Command, result receipt.Result, err error, page string) error {
	if err != nil {
		return p.declined(v, cmd, result.ReceiptID, page, err)
	}
	return v.Done(result, page)
}

// declined shows the page that a command came from, with a notice why it was not carried
// out. It passes on an error for which there is no notice, with the id of its receipt.
func (p *Pages) declined(v *site.Visit, cmd dcb.Command, receiptID, page string, err error) error {
	n, ok := site.NoticeOf(receiptID, err)
	if !ok {
		return site.WithReceipt(receiptID, err)
	}
	if refusal, ok := errors.AsType[courses.Refusal](err); ok {
		if err := p.explain(v, &n, refusal, cmd, page); err != nil {
			return err
		}
	}
	shown := p.show(v, page, n)
	if _, missing := errors.AsType[courses.Refusal](shown); missing {
		return site.WithReceipt(receiptID, err) // there is no such page to show the notice on
	}
	return shown
}

// show answers a command with a page of this package, and a notice on it. The row of the page
// that the command came from is in sight.
func (p *Pages) show(v *site.Visit, page string, n site.Notice) error {
	address, row, _ := strings.Cut(page, "#")
	n.Row = row
	path, query, _ := strings.Cut(address, "?")
	v = v.WithQuery(query)
	if id, ok := site.PathID(path, "/courses/"); ok {
		return p.showCourse(v, courses.CourseID(id), http.StatusConflict, &n, courseForms{})
	}
	if id, ok := site.PathID(path, "/students/"); ok {
		return p.showStudent(v, courses.StudentID(id), http.StatusConflict, &n, ui.Field{})
	}
	return p.showCourses(v, http.StatusConflict, &n)
}
