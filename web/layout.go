package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"go-crablet/domain/courses"
)

// A layout is what stands around the content of a page.
type layout struct {
	Title     string
	Section   string // the entry of the main navigation that the page belongs to, or ""
	Path      string // the page's own address, to come back to after "act as"
	Notice    *notice
	Acting    courses.Student // the zero Student when nobody
	Others    []courses.Student
	Registrar bool  // the visitor has the role
	OpenDemo  bool  // and so has everybody
	Position  int64 // of the last event that the page shows
	Database  string
}

// The entries of the main navigation.
const (
	sectionCourses   = "Courses"
	sectionStudents  = "Students"
	sectionDecisions = "Decisions"
)

type navEntry struct{ Name, URL string }

func (layout) Nav() []navEntry {
	return []navEntry{
		{sectionCourses, "/"},
		{sectionStudents, "/students"},
		{sectionDecisions, "/decisions"},
	}
}

// Someone reports whether the visitor acts as a student.
func (l layout) Someone() bool { return l.Acting.ID != "" }

// MayActFor reports whether the visitor may do what a student does for themselves.
func (l layout) MayActFor(student string) bool {
	return l.Registrar || student == string(l.Acting.ID)
}

// maxOthers bounds the menu of students to act as; a page lists them all.
const maxOthers = 8

// A visit is one request for a page: the term as of now, and who is looking.
type visit struct {
	layout
	term *courses.Term
}

// visit begins a page. If the visitor was just sent here by a command, the layout
// gets the notice that says what became of it.
func (s *server) visit(w http.ResponseWriter, r *http.Request, title, section string) (visit, error) {
	term, err := s.directory.Term(r.Context())
	if err != nil {
		return visit{}, err
	}
	session := s.session(r)
	v := visit{term: term, layout: layout{
		Title: title, Section: section, Path: r.URL.Path,
		Registrar: s.isRegistrar(session), OpenDemo: s.openDemo(),
		Position: term.Position, Database: s.Database,
	}}
	v.Acting, _ = term.Student(acting(session))
	for _, student := range term.Students() {
		if student.ID != v.Acting.ID && len(v.Others) < maxOthers {
			v.Others = append(v.Others, student)
		}
	}
	if r.Method != http.MethodGet {
		return v, nil // the answer to a command words its own notice
	}
	v.Notice, err = s.takeNotice(w, r, session, v)
	return v, err
}

// stylesheet is the address of the stylesheet, which changes with its content.
var stylesheet = assetURL("app.css")

func assetURL(name string) string {
	content, err := assetFiles.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // the file is part of the program
	}
	sum := sha256.Sum256(content)
	return "/assets/" + name + "?v=" + hex.EncodeToString(sum[:6])
}
