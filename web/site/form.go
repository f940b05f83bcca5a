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

// CameFrom returns the page to go back to: the form's field "from" if that is a page of this
// site, else fallback. The page may have a query, which says what part of a list it showed.
func (v *Visit) CameFrom(fallback string) string {
	return v.pageAt(v.R.PostFormValue("from"), fallback)
}

// pageAt returns an address if a page of this site is there, else fallback.
func (v *Visit) pageAt(address, fallback string) string {
	path, query, _ := strings.Cut(address, "?")
	if route, found := v.table.find(path); !found || !route.Traits.has(IsPage) {
		return fallback
	}
	part, err := url.ParseQuery(query)
	if err != nil || len(query) > longestQuery {
		return path
	}
	part.Del("as_of") // a form shows its effect now
	return (&url.URL{Path: path, RawQuery: part.Encode()}).String()
}

// longestQuery is longer than the query of any page of this site.
const longestQuery = 2000

// Row returns the fragment of the address to go back to: it leads to the element that the form
// names in its field "row", or is "". A browser puts the focus there, so whoever works through
// a list goes on with its next row.
func (v *Visit) Row() string {
	if id := v.R.PostFormValue("row"); rowID.MatchString(id) {
		return "#" + id
	}
	return ""
}

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
