package web_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/domain/courses"
)

// olderIDs starts the application with ids that have capitals, as forms made them once and other
// programs may.
func olderIDs(t *testing.T) *app {
	t.Helper()
	app := newApp(t)
	app.happen(
		courses.CourseDefined{Course: "Courses", Title: "Courses", Capacity: 9},
		courses.CourseDefined{Course: "TT-2", Title: "Type Theory II", Capacity: 9},
		courses.CourseDefined{Course: "tt-3", Title: "Type Theory III", Capacity: 9},
		courses.CourseDefined{Course: "TT-3", Title: "Type Theory III, once more", Capacity: 9},
		courses.StudentRegistered{Student: "Noether", Name: "Emmy"})
	return app
}

func TestAnAddressInAnotherCaseIsSentOn(t *testing.T) {
	t.Parallel()
	app := olderIDs(t)
	ada := app.as("ada")
	for asked, want := range map[string]string{
		"/courses/Compilers":                           "/courses/compilers",
		"/courses/COMPILERS?seats=after.3&find=%C3%B8": "/courses/compilers?seats=after.3&find=%C3%B8",
		"/courses/compilerS/boundary?student=ada":      "/courses/compilers/boundary?student=ada",
		"/courses/Compilers?as_of=150":                 "/courses/compilers?as_of=150",
		"/courses/courses":                             "/courses/Courses",
		"/courses/tt-2":                                "/courses/TT-2",
		"/courses/Tt-3":                                "/courses/TT-3", // of two, always the same one
		"/students/ADA":                                "/students/ada",
		"/students/noether/boundary":                   "/students/Noether/boundary",
	} {
		got := ada.get(asked)
		assert.Equal(t, http.StatusPermanentRedirect, got.status, asked)
		assert.Equal(t, want, got.location, asked)
		assert.Equal(t, "no-store", got.header.Get("Cache-Control"))
	}
	for _, there := range []string{"/courses/TT-2", "/courses/tt-3", "/courses/TT-3", "/students/Noether"} {
		assert.Equal(t, http.StatusOK, ada.get(there).status, there)
	}
	for _, missing := range []string{"/courses/nowhere", "/courses/a%00b", "/students/Nobody", "/students/Ada%20L"} {
		assert.Equal(t, http.StatusNotFound, ada.get(missing).status, missing)
	}
}

func TestNewIDsAreInSmallLettersAndDifferInMoreThanCase(t *testing.T) {
	t.Parallel()
	app := olderIDs(t)
	registrar := app.in("registrar")
	got := registrar.posts(http.StatusSeeOther, "/courses", "course", "Logic-7", "title", "Logic", "capacity", "9")
	assert.Equal(t, "/courses/logic-7", got.location)
	got = registrar.posts(http.StatusSeeOther, "/students", "student", "Kurt", "name", "Kurt")
	assert.Equal(t, "/students/kurt", got.location)
	head := app.head()
	for _, course := range []string{"LOGIC-7", "tt-2", "Tt-2"} {
		got = registrar.posts(http.StatusConflict, "/courses", "course", course, "title", "Again", "capacity", "9")
		assert.Contains(t, got.body, `id="course-error"`, course)
	}
	for _, student := range []string{"KURT", "noether"} {
		got = registrar.posts(http.StatusConflict, "/students", "student", student, "name", "Again")
		assert.Contains(t, got.body, `id="student-error"`, student)
	}
	assert.Equal(t, head, app.head(), "nothing was stored")

	app.happen(courses.CourseDefined{Course: "Set-Theory", Title: "Set Theory", Capacity: 9})
	got = registrar.posts(http.StatusSeeOther, "/courses", "title", "Set Theory", "capacity", "9")
	assert.Equal(t, "/courses/set-theory-2", got.location)
}
