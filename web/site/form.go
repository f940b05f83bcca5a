package site

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"os"
	"regexp"
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

// CameFrom returns the address to go back to: the form's field "from" if that is on a page of
// this site, else fallback. Its query says what part of a list the page showed. Its fragment
// leads to a button in that list, and a browser puts the focus there: so whoever works through
// a list goes on with its next row.
func (v *Visit) CameFrom(fallback string) string {
	return v.pageAt(v.R.PostFormValue("from"), fallback)
}

// pageAt returns an address if a page of this site is there, else fallback.
func (v *Visit) pageAt(address, fallback string) string {
	rest, row, _ := strings.Cut(address, "#")
	path, query, _ := strings.Cut(rest, "?")
	if route, found := v.table.find(path); !found || !route.Traits.has(IsPage) {
		return fallback
	}
	page := url.URL{Path: path}
	if part, err := url.ParseQuery(query); err == nil && len(query) <= longestQuery {
		part.Del("as_of") // a form shows its effect now
		page.RawQuery = part.Encode()
	}
	if rowID.MatchString(row) {
		page.Fragment = row
	}
	return page.String()
}

// longestQuery is longer than the query of any page of this site.
const longestQuery = 2000

var rowID = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{0,99}$`)

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
