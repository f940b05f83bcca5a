package intake

import (
	"fmt"
	"strconv"
	"strings"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// A Kind is what the lines of a list are about.
type Kind string

// The kinds of lists.
const (
	Students   Kind = "students"
	Courses    Kind = "courses"
	Enrolments Kind = "enrolments"
)

// Known reports whether there is such a kind.
func (k Kind) Known() bool { return columnsOf[k] != nil }

// A List is what a file has in it.
type List struct {
	Kind Kind
	Written
	Lines []Line
}

// A Line is a line of a list.
type Line struct {
	Number   int // in the file, from 1
	Student  courses.StudentID
	Course   courses.CourseID
	Text     string // the title of the course, or the name of the student until the line is decided
	Capacity int
	Verdict

	IDOfTitle bool // the id of the course was made of the title; known until the list is kept
}

// IDs make the ids of lines that have none.
type IDs struct {
	Course  func(title string) courses.CourseID
	Student func(courses.RequestID) courses.StudentID
}

// Read reads a file into a list. id is the id of the import, from [NewID]: ids of students are
// made of it. Its error is a [Problem] if the file as a whole can't be read.
func Read(id string, kind Kind, file []byte, ids IDs) (List, error) {
	if len(file) > MaxBytes {
		return List{}, Problem("The file is larger than 1 MB. Cut it into several files.")
	}
	text, words, err := decode(file)
	if err != nil {
		return List{}, err
	}
	text = oneLineEnd.Replace(text)
	list := List{Kind: kind, Written: Written{Encoding: words}}
	separator, words := separatorOf(text)
	list.Separator = words
	rows, err := rowsOf(text, separator)
	if err != nil {
		return List{}, err
	}
	layout, err := list.layoutOf(rows)
	switch {
	case err != nil:
		return List{}, err
	case list.Header:
		rows = rows[1:]
	}
	switch {
	case len(rows) == 0:
		return List{}, Problem("There is no line to import.")
	case len(rows) > MaxLines:
		return List{}, tooManyLines
	}
	for _, row := range rows {
		line := kind.lineOf(row, layout)
		line.complete(RequestOf(id, row.line), kind, ids)
		list.Lines = append(list.Lines, line)
	}
	return list, nil
}

// lineOf makes a line of a row. A row that can't be a line of this kind is refused.
func (k Kind) lineOf(r row, in layout) Line {
	cell := func(name string) string {
		if i, named := in.places[name]; named && i < len(r.cells) {
			return r.cells[i]
		}
		return ""
	}
	line := Line{Number: r.line, Verdict: Verdict{State: New}}
	switch k {
	case Students:
		line.Text, line.Student = cell("name"), courses.StudentID(cell("id"))
	case Courses:
		line.Text, line.Course = cell("title"), courses.CourseID(cell("id"))
	case Enrolments:
		line.Student, line.Course = courses.StudentID(cell("student")), courses.CourseID(cell("course"))
	}
	switch {
	case r.lines > 1:
		line.refuse(fmt.Sprintf("a quote opens in this line and closes in line %d, so these lines are one: check the quotes", r.line+r.lines-1))
	case r.wrong != "":
		line.refuse(r.wrong)
	case strings.Join(r.cells[min(in.width, len(r.cells)):], "") != "":
		line.refuse("the line has more cells than there are columns: put quotes around a text that has the separator in it")
	case k == Courses:
		line.readCapacity(cell("capacity"))
	}
	return line
}

func (l *Line) refuse(why string) { l.Verdict = Verdict{Refused, why} }

func (l *Line) readCapacity(cell string) {
	n, err := strconv.Atoi(cell)
	if err != nil {
		l.refuse("a whole number is needed for the seats: " + courses.ErrCapacityOutOfRange.Error())
		return
	}
	l.Capacity = n
}

// complete gives the line an id if it has none, and refuses it if something in it can't be
// right. It leaves out ids and texts that are not valid: a database can't store every text, and
// a page can't show every text.
func (l *Line) complete(request courses.RequestID, kind Kind, ids IDs) {
	if l.State == New {
		l.identify(request, kind, ids)
		l.check(kind)
	}
	l.Student, l.Course = validOrNone(l.Student), validOrNone(l.Course)
	if !courses.ValidText(l.Text) {
		l.Text = ""
	}
}

// identify makes the id of a new student or course, if the line has none. A line that is refused
// for its text gets none: a page would show the id in the place of the text.
func (l *Line) identify(request courses.RequestID, kind Kind, ids IDs) {
	switch {
	case kind == Students && l.Student == "" && courses.ValidText(l.Text):
		l.Student = ids.Student(request)
	case kind == Courses && l.Course == "" && courses.ValidText(l.Text):
		l.Course, l.IDOfTitle = ids.Course(l.Text), true
	}
}

// check refuses a text or an id that is not well formed.
func (l *Line) check(kind Kind) {
	switch {
	case kind == Courses && !courses.ValidText(l.Text):
		l.refuse(courses.ErrTitleInvalid.Error())
	case kind == Students && !courses.ValidText(l.Text):
		l.refuse(courses.ErrNameInvalid.Error())
	case kind != Courses && !l.Student.Valid():
		l.refuse(courses.ErrStudentIDInvalid.Error())
	case kind != Students && !l.Course.Valid():
		l.refuse(courses.ErrCourseIDInvalid.Error())
	}
}

// validOrNone returns the id if it is valid, and otherwise "".
func validOrNone[ID interface {
	~string
	Valid() bool
}](id ID) ID {
	if !id.Valid() {
		return ""
	}
	return id
}

// RequestOf returns the request of a line's decision. It is the same however often the line is
// decided.
func RequestOf(id string, line int) courses.RequestID {
	return courses.RequestID(fmt.Sprintf("import-%s-%d", id, line))
}

// Command returns the command of a line that is New, to try it out. The name of a student is in
// plain text.
func (l Line) Command(kind Kind) dcb.Command { return l.command(kind, sealed.Text(l.Text), "") }

// command returns the command of the line. The name of a student is given sealed, except to
// try the command out.
func (l Line) command(kind Kind, name sealed.Text, request courses.RequestID) dcb.Command {
	switch kind {
	case Students:
		return courses.RegisterStudent{Student: l.Student, Name: name, Request: request}
	case Courses:
		return courses.DefineCourse{Course: l.Course, Title: l.Text, Capacity: l.Capacity, Request: request}
	default:
		return courses.SubscribeStudent{Student: l.Student, Course: l.Course, Request: request}
	}
}
