package catalogue

import (
	"errors"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// carryOut decides a command, and answers with the page that it came from.
func (p *Pages) carryOut(v *site.Visit, cmd dcb.Command, title, page string) error {
	result, err := p.decisions.Decide(v, cmd, title)
	if err != nil {
		return p.declined(v, result.ReceiptID, page, err)
	}
	return v.Done(result, page)
}

// declined shows the page that a command came from again, with the reason why it
// was not carried out. Errors other than refusals and lost races pass through, with the
// receipt that tells of them.
func (p *Pages) declined(v *site.Visit, receiptID, page string, err error) error {
	n, ok := site.NoticeOf(receiptID, err)
	if !ok {
		return site.WithReceipt(receiptID, err)
	}
	shown := p.show(v, page, http.StatusConflict, n)
	if _, missing := errors.AsType[courses.Refusal](shown); missing {
		return site.WithReceipt(receiptID, err) // there is no such page to tell it on
	}
	return shown
}

// show answers with a page of ours other than the one that was asked for.
func (p *Pages) show(v *site.Visit, page string, status int, n site.Notice) error {
	if id, ok := site.PathID(page, "/courses/"); ok {
		return p.showCourse(v, courses.CourseID(id), status, &n, courseForms{})
	}
	if id, ok := site.PathID(page, "/students/"); ok {
		return p.showStudent(v, courses.StudentID(id), status, &n, ui.Field{})
	}
	return p.showCatalogue(v, status, &n)
}

// fieldOf returns the refusal that an error is, and the form's field that it is
// about, or "" when it is about none.
func fieldOf(err error) (courses.Refusal, string) {
	refusal, _ := errors.AsType[courses.Refusal](err)
	switch refusal {
	case courses.ErrCourseIDInvalid, courses.ErrCourseExists:
		return refusal, "course"
	case courses.ErrStudentIDInvalid, courses.ErrStudentExists:
		return refusal, "student"
	case courses.ErrTitleInvalid:
		return refusal, "title"
	case courses.ErrNameInvalid:
		return refusal, "name"
	case courses.ErrCapacityOutOfRange:
		return refusal, "capacity"
	default:
		return refusal, ""
	}
}
