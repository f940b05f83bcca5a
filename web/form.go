package web

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"os"
	"regexp"
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
	const form = "application/x-www-form-urlencoded"
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != form && r.ContentLength != 0 {
		return badRequest{http.StatusUnsupportedMediaType, "The form could not be read. Send it as " + form + "."}
	}
	err := r.ParseForm()
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return badRequest{http.StatusRequestEntityTooLarge, "The form is larger than 64 KB. Send less."}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return badRequest{http.StatusRequestTimeout, "The form did not arrive in time, so it was not carried out. Send it again."}
	}
	if err != nil {
		return badRequest{http.StatusBadRequest, "The form could not be read: it is not what " + form + " looks like."}
	}
	for _, values := range r.PostForm {
		if len(values) > 1 {
			return badRequest{http.StatusBadRequest, "A field of the form was sent more than once, and it can't be told which one counts. Send each once."}
		}
	}
	return nil
}

// checkQuery says that what stands behind the question mark of an address can't be read.
// What of it could be would else be answered, as if the rest had not been asked for.
func checkQuery(r *http.Request) error {
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return badRequest{http.StatusBadRequest, "The address could not be read from its question mark on. Leave that out, or write a percent sign as %25 and a semicolon as %3B."}
	}
	return nil
}

// text reads a field, without the white space around it.
func text(r *http.Request, name string) field {
	return field{Value: strings.TrimSpace(r.PostFormValue(name))}
}

// number returns the field as a number, written 10000 or 10,000, and says so in the
// field when it is none.
func (f *field) number() int {
	n, err := strconv.Atoi(strings.ReplaceAll(f.Value, ",", ""))
	if err != nil || !numberPattern.MatchString(f.Value) { // 1,5 is not fifteen
		f.Error = sentence("a whole number is needed here: " + courses.ErrCapacityOutOfRange.Error())
	}
	return n
}

// receiptID is what the id of a receipt looks like, whether there is one or not.
var receiptID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// cameFrom returns the page of ours that a form names as the one it stands on, in
// its field "from", or the given one when it names none that there is.
func (s *server) cameFrom(r *http.Request, otherwise string) (string, error) {
	from := r.PostFormValue("from")
	switch from {
	case otherwise: // whether there is such a page or not
		return otherwise, nil
	case "/", "/log", "/students", "/decisions", "/define-course", "/register-student", "/session/gap", "/race", "/race/strategies":
		return from, nil
	}
	if id, ok := pathID(from, "/courses/"); ok {
		id = strings.TrimSuffix(id, "/boundary")
		names, err := s.names(r.Context(), courses.CourseID(id).Tag())
		if len(names.Courses) > 0 || err != nil {
			return from, err
		}
	}
	if id, ok := pathID(from, "/students/"); ok {
		id = strings.TrimSuffix(id, "/boundary")
		names, err := s.names(r.Context(), courses.StudentID(id).Tag())
		if len(names.Students) > 0 || err != nil {
			return from, err
		}
	}
	if id, ok := pathID(from, "/race/"); ok && receiptID.MatchString(id) {
		return from, nil
	}
	if id, ok := pathID(from, "/log/"); ok {
		if _, err := positionOf(id); err == nil {
			return from, nil
		}
	}
	if id, ok := pathID(from, "/held/"); ok && receiptID.MatchString(id) {
		return from, nil
	}
	if id, ok := pathID(from, "/decisions/"); ok && receiptID.MatchString(id) {
		return from, nil
	}
	return otherwise, nil
}

// pathID returns what follows the prefix in a path, if anything does.
func pathID(path, prefix string) (string, bool) {
	id, found := strings.CutPrefix(path, prefix)
	return id, found && id != ""
}
