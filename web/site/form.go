package site

import (
	"errors"
	"mime"
	"net/http"
	"os"
	"strings"

	"go-crablet/domain/courses"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// parseForm reads the body of a POST. Its errors say what to send instead.
func parseForm(r *http.Request) error {
	const form = "application/x-www-form-urlencoded"
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != form && r.ContentLength != 0 {
		return BadRequest(http.StatusUnsupportedMediaType, "The form could not be read. Send it as "+form+".")
	}
	err := r.ParseForm()
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return BadRequest(http.StatusRequestEntityTooLarge, "The form is larger than 64 KB. Send less.")
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return BadRequest(http.StatusRequestTimeout, "The form did not arrive in time, so it was not carried out. Send it again.")
	}
	if err != nil {
		return BadRequest(http.StatusBadRequest, "The form could not be read: it is not what "+form+" looks like.")
	}
	for _, values := range r.PostForm {
		if len(values) > 1 {
			return BadRequest(http.StatusBadRequest, "A field of the form was sent more than once, and it can't be told which one counts. Send each once.")
		}
	}
	return nil
}

// Text returns a field of the form, without the white space around it.
func (v *Visit) Text(name string) ui.Field {
	return ui.Field{Value: strings.TrimSpace(v.R.PostFormValue(name))}
}

// CameFrom returns the page to go back to: the form's field "from" if that is a page of this
// site, else fallback.
func (v *Visit) CameFrom(fallback string) string {
	from := v.R.PostFormValue("from")
	if route, found := v.table.find(from); found && route.Traits.has(IsPage) {
		return from
	}
	return fallback
}

// PageAbout returns the page of the course or the student in the address of a form, or the
// first page.
func (v *Visit) PageAbout() string {
	if course := courses.CourseID(v.ID("course")); course.Valid() {
		return story.CourseURL(course)
	}
	if student := courses.StudentID(v.ID("student")); student.Valid() {
		return story.StudentURL(student)
	}
	return "/"
}
