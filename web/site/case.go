package site

import (
	"errors"
	"net/http"
	"strings"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
)

// inStoredCase returns the address of the page that a visitor means who typed an id in another
// case, such as /courses/Compilers. Call it when there is nothing at the address itself. It
// returns "" if no address that differs only in the case of an id has a page.
func (v *Visit) inStoredCase(answer error) (string, error) {
	id := v.ID("course") + v.ID("student")    // a page is about one of the two
	parts := strings.Split(v.R.URL.Path, "/") // "", the kind of page, the id, and what stands below it
	if len(parts) < 3 || parts[2] != id || v.R.Method != http.MethodGet && v.R.Method != http.MethodHead || !isMissing(answer) {
		return "", nil
	}
	var ask readmodel.Questions
	var course courses.CourseID
	var student courses.StudentID
	ask.CourseInAnyCase(&course, courses.CourseID(v.ID("course")))
	ask.StudentInAnyCase(&student, courses.StudentID(v.ID("student")))
	if _, err := v.Terms.Ask(v.Context(), &ask); err != nil {
		return "", err
	}
	stored := string(course) + string(student)
	if stored == "" || stored == id {
		return "", nil
	}
	parts[2] = stored
	to := *v.R.URL
	to.Path, to.RawPath = strings.Join(parts, "/"), ""
	return to.RequestURI(), nil
}

// isMissing reports whether an answer is that there is nothing at the address.
func isMissing(answer error) bool {
	if problem, ok := errors.AsType[Problem](answer); ok {
		return problem.Status == http.StatusNotFound
	}
	refusal, ok := errors.AsType[courses.Refusal](answer)
	return ok && StatusOf(refusal) == http.StatusNotFound
}

// sendOn answers with the address that is meant. Browsers must not keep the redirect: another
// program may append the other id one day.
func (v *Visit) sendOn(address string) error {
	v.W.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.W, v.R, address, http.StatusPermanentRedirect)
	return nil
}
