package site

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"

	"go-crablet/domain/courses"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// The two ways to send a form.
const (
	usualForm    = "application/x-www-form-urlencoded"
	formWithFile = "multipart/form-data"
)

func kindOfForm(r *http.Request) string {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return kind
}

// readForm reads the body of a POST. Files are large, so only those who may use the route can
// send one.
func (v *Visit) readForm(route Route) error {
	if !route.takesFileFrom(v.R) {
		return parseForm(v.R)
	}
	if err := route.May(v); err != nil {
		return err
	}
	return checkForm(v.R, v.R.ParseMultipartForm(largestUpload)) // all of it in memory, never on disk
}

// takesFileFrom reports whether a request is a form that may have a file.
func (r Route) takesFileFrom(request *http.Request) bool {
	return r.Traits.has(TakesFile) && kindOfForm(request) == formWithFile
}

// largestBodyOf returns how many bytes the form of a request may have.
func (r Route) largestBodyOf(request *http.Request) int64 {
	if r.takesFileFrom(request) {
		return largestUpload
	}
	return largestBody
}

// File returns the content of a file of the form, or nil if none was chosen.
func (v *Visit) File(name string) ([]byte, error) {
	file, _, err := v.R.FormFile(name)
	switch {
	case errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart):
		return nil, nil
	case err != nil:
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// parseForm reads the body of a POST without files. Its errors say what to send instead.
func parseForm(r *http.Request) error {
	if kindOfForm(r) != usualForm && r.ContentLength != 0 {
		return BadRequest(http.StatusUnsupportedMediaType, "The form could not be read. Send it as "+usualForm+".")
	}
	return checkForm(r, r.ParseForm())
}

// checkForm says what is wrong with a form, given the error of reading it.
func checkForm(r *http.Request, err error) error {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		largest := strconv.FormatInt(tooLarge.Limit>>10, 10) + " KB"
		if tooLarge.Limit >= 1<<20 {
			largest = strconv.FormatInt(tooLarge.Limit>>20, 10) + " MB"
		}
		return BadRequest(http.StatusRequestEntityTooLarge, "The form is larger than "+largest+". Send less.")
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return BadRequest(http.StatusRequestTimeout, "The form did not arrive in time, so it was not carried out. Send it again.")
	}
	if err != nil {
		return BadRequest(http.StatusBadRequest, "The form could not be read: it is not what "+kindOfForm(r)+" looks like.")
	}
	for _, values := range r.PostForm {
		if len(values) > 1 {
			return BadRequest(http.StatusBadRequest, "A field of the form was sent more than once. Send each field once.")
		}
	}
	return nil
}

// Text returns a field of the form, without the white space around it.
func (v *Visit) Text(name string) ui.Field {
	return ui.Field{Value: strings.TrimSpace(v.R.PostFormValue(name))}
}

// CameFrom returns the address to go back to: the form's field "from" if that is on a page of
// this site, else fallback. The query of the field says which part of a list the page showed.
// Its fragment names a button in that list, and the browser puts the focus there: whoever works
// through a list goes on with the next row.
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
