package site

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go-crablet/domain/courses"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// parseForm reads the body of a POST.
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

// checkQuery says that what stands behind the question mark of an address can't be read.
// What of it could be would else be answered, as if the rest had not been asked for.
func checkQuery(r *http.Request) error {
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return BadRequest(http.StatusBadRequest, "The address could not be read from its question mark on. Leave that out, or write a percent sign as %25 and a semicolon as %3B.")
	}
	return nil
}

// Text reads a field, without the white space around it.
func (v *Visit) Text(name string) ui.Field {
	return ui.Field{Value: strings.TrimSpace(v.R.PostFormValue(name))}
}

// CameFrom returns the page that a form names as the one it stands on, in its field
// "from", or the given one if it names no page of ours.
func (v *Visit) CameFrom(otherwise string) string {
	from := v.R.PostFormValue("from")
	if route, found := v.table.find(from); found && route.Traits.has(IsPage) {
		return from
	}
	return otherwise
}

// PathID returns what follows the prefix in a path, if anything does.
func PathID(path, prefix string) (string, bool) {
	id, found := strings.CutPrefix(path, prefix)
	return id, found && id != ""
}

// ReceiptID is what the id of a receipt looks like, whether there is one or not.
var ReceiptID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// PageAbout returns the page of what a form is about.
func (v *Visit) PageAbout() string {
	if course := courses.CourseID(v.ID("course")); course.Valid() {
		return story.CourseURL(course)
	}
	if student := courses.StudentID(v.ID("student")); student.Valid() {
		return story.StudentURL(student)
	}
	return "/"
}

// PositionOf reads a position as addresses have it.
func PositionOf(text string) (int64, error) {
	position, err := strconv.ParseInt(text, 10, 64)
	if err != nil || position < 1 || strconv.FormatInt(position, 10) != text {
		return 0, errors.New("a position in the log is a whole number, and the first is 1")
	}
	return position, nil
}

// ErrBeyond says that a position comes behind the end of the log.
func ErrBeyond(head int64) error {
	if head == 0 {
		return errors.New("nothing has happened yet: the log is empty")
	}
	return fmt.Errorf("the log ends at position %d", head)
}

// Only returns a parameter of the address, which may stand there once.
func (v *Visit) Only(name string) (string, error) {
	values := v.R.URL.Query()[name]
	switch len(values) {
	case 0:
		return "", nil
	case 1:
		return values[0], nil
	default:
		return "", BadRequest(
			http.StatusBadRequest,
			"The address says "+name+" more than once, and it can't be told which one counts. Say it once.",
		)
	}
}

// Once says that a parameter stands in an address more than once, if one does.
func (v *Visit) Once(names ...string) error {
	for _, name := range names {
		if len(v.R.URL.Query()[name]) > 1 {
			return BadRequest(http.StatusBadRequest, "The address has "+name+" in it more than once, and it can't be told which one counts. Leave one.")
		}
	}
	return nil
}

// Search returns what a visitor looks for, without the white space around it.
func (v *Visit) Search() string {
	find := strings.TrimSpace(strings.ToValidUTF8(v.R.URL.Query().Get("find"), "\ufffd"))
	if utf8.RuneCountInString(find) > longestSearch {
		find = string([]rune(find)[:longestSearch])
	}
	return find
}

// longestSearch is more than any title has.
const longestSearch = 200
