package catalogue

import (
	"errors"
	"net/http"

	"go-crablet/domain/courses"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// A form is the inputs of a form that makes something new, in the order of the page.
type form []input

// An input is a field with its name in the form.
type input struct {
	name  string
	field *ui.Field
}

// wrong puts the focus on the first input with an error, and reports whether there is one.
func (f form) wrong() bool {
	fields := make([]*ui.Field, len(f))
	for i, in := range f {
		fields[i] = in.field
	}
	return ui.FocusFirst(fields...)
}

// explain says in the form why its command was not carried out: a refusal about an input
// stands at that input. It returns the status and the notice of the page that shows the form
// again. It returns an error if there is nothing that the visitor could correct.
func (f form) explain(receiptID string, err error) (status int, notice *site.Notice, _ error) {
	if n, ok := site.NoticeOf(receiptID, err); ok {
		status, notice = http.StatusConflict, &n
	}
	refusal, name := inputOf(err)
	for _, in := range f {
		if in.name == name {
			refuse(in.field, refusal)
			status = site.StatusOf(refusal)
		}
	}
	if status == 0 {
		return 0, nil, site.WithReceipt(receiptID, err)
	}
	f.wrong()
	return status, notice, nil
}

// inputOf returns the refusal that an error is, and the name of the input that it is about,
// or "" if it is not about an input.
func inputOf(err error) (courses.Refusal, string) {
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

// refuse says at a field why its value is refused.
func refuse(field *ui.Field, why courses.Refusal) {
	field.Error = ui.Sentence(why.Error())
}

// checkText refuses a field's value if it can't be a title or a name.
func checkText(field *ui.Field, why courses.Refusal) {
	if !courses.ValidText(field.Value) {
		refuse(field, why)
	}
}

// notANumber is the error at the input of a capacity that is not a whole number.
func notANumber() string {
	return ui.Sentence("a whole number is needed here: " + courses.ErrCapacityOutOfRange.Error())
}
