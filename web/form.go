package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"go-crablet/domain/courses"
)

// A badRequest is a request that no form of ours sends. Its text says what to do.
type badRequest struct {
	status int
	text   string
}

func (e badRequest) Error() string { return e.text }

// parseForm reads the body of a POST.
func parseForm(r *http.Request) error {
	err := r.ParseForm()
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return badRequest{http.StatusRequestEntityTooLarge, "The form is larger than 64 KB. Send less."}
	}
	if err != nil {
		return badRequest{http.StatusBadRequest, "The form could not be read. Send it as application/x-www-form-urlencoded."}
	}
	return nil
}

// A field is one input of a form: what was put in, and what is wrong with it.
type field struct {
	Value string
	Error string // a sentence, or ""
}

// text reads a field, without the white space around it.
func text(r *http.Request, name string) field {
	return field{Value: strings.TrimSpace(r.PostFormValue(name))}
}

// number returns the field as a number, and says so in the field when it is none.
func (f *field) number() int {
	n, err := strconv.Atoi(f.Value)
	if err != nil {
		f.Error = sentence("a whole number is needed here: " + courses.ErrCapacityOutOfRange.Error())
	}
	return n
}

// sentence makes a refusal's text stand on its own.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// cameFrom returns the page of ours that a form names as the one it stands on, in
// its field "from", or the given one when it names none. Other addresses are not
// followed.
func cameFrom(r *http.Request, otherwise string) string {
	from := r.PostFormValue("from")
	kind, id, _ := strings.Cut(strings.TrimPrefix(from, "/"), "/")
	switch {
	case from == "/", from == "/students", from == "/decisions":
		return from
	case kind == "courses" && courses.CourseID(id).Valid():
		return from
	case kind == "students" && courses.StudentID(id).Valid():
		return from
	default:
		return otherwise
	}
}
