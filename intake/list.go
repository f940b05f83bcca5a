package intake

import (
	"fmt"
	"slices"
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

// A column is a column of a list, with the names that a first line may give it.
type column struct {
	name     string
	optional bool
	aliases  []string
}

var columnsOf = map[Kind][]column{
	Students: {
		{"name", false, []string{"student", "student name", "full name"}},
		{"id", true, []string{"student id"}},
	},
	Courses: {
		{"title", false, []string{"course", "course title", "name"}},
		{"capacity", false, []string{"seats", "places", "size"}},
		{"id", true, []string{"course id"}},
	},
	Enrolments: {
		{"student", false, []string{"student id"}},
		{"course", false, []string{"course id"}},
	},
}

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
}

// A Verdict is what became of a line, or would become of it.
type Verdict struct {
	State State
	Why   string // of a line that is not carried out: why
}

// A State is how far a line has come.
type State string

// The states of a line. Nothing follows from a line that is There or Refused.
const (
	New     State = "new"     // not decided yet
	Done    State = "done"    // decided, and stored
	There   State = "there"   // there was nothing to do
	Refused State = "refused" // by a rule
)

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

// A layout says where the cells of a row belong.
type layout struct {
	places map[string]int // the index of each column's cell
	width  int            // how many cells a row may have
}

// layoutOf returns the layout of the list. If the first row names the columns, it says so in the
// list.
func (l *List) layoutOf(rows []row) (layout, error) {
	usual := l.Kind.usualLayout()
	if len(rows) == 0 {
		return usual, nil
	}
	named := layout{map[string]int{}, len(rows[0].cells)}
	var unused []string
	for i, cell := range rows[0].cells {
		name := l.Kind.columnNamed(cell)
		if _, twice := named.places[name]; twice {
			return usual, Problem(fmt.Sprintf("The first line names the column “%s” twice. Leave one of them out.", name))
		}
		if name != "" {
			named.places[name] = i
		} else if cell != "" {
			unused = append(unused, cell)
		}
	}
	_, hasFirst := named.places[columnsOf[l.Kind][0].name]
	missing := l.Kind.missing(named)
	switch {
	case len(named.places) == 0:
		return usual, nil
	case len(missing) == 0:
		l.Header, l.Unused = true, strings.Join(unused, ", ")
		return named, nil
	case hasFirst && len(named.places) == 1: // a course that is called "Course", for example
		return usual, nil
	default:
		return usual, Problem(fmt.Sprintf("The first line names no column “%s”. Add it.", missing[0]))
	}
}

// columnNamed returns the name of the column that a cell of a first line stands for, or "".
func (k Kind) columnNamed(cell string) string {
	said := strings.Join(strings.FieldsFunc(strings.ToLower(cell), func(c rune) bool { return c == ' ' || c == '_' || c == '-' }), " ")
	for _, c := range columnsOf[k] {
		if said == c.name || slices.Contains(c.aliases, said) {
			return c.name
		}
	}
	return ""
}

// missing returns the columns that a list of this kind needs and that have no place.
func (k Kind) missing(in layout) (missing []string) {
	for _, c := range columnsOf[k] {
		if _, named := in.places[c.name]; !named && !c.optional {
			missing = append(missing, c.name)
		}
	}
	return missing
}

// usualLayout is the layout of a list whose first line does not name the columns.
func (k Kind) usualLayout() layout {
	usual := layout{map[string]int{}, len(columnsOf[k])}
	for i, c := range columnsOf[k] {
		usual.places[c.name] = i
	}
	return usual
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

// complete gives the line an id if it has none, and refuses an id that is not well formed.
func (l *Line) complete(request courses.RequestID, kind Kind, ids IDs) {
	if l.State == Refused {
		l.Student, l.Course = validOrNone(l.Student), validOrNone(l.Course)
		return
	}
	if kind == Students && l.Student == "" {
		l.Student = ids.Student(request)
	}
	if kind == Courses && l.Course == "" && courses.ValidText(l.Text) {
		l.Course = ids.Course(l.Text)
	}
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
	l.Student, l.Course = validOrNone(l.Student), validOrNone(l.Course)
	if l.State == Refused && !courses.ValidText(l.Text) {
		l.Text = ""
	}
}

// validOrNone returns the id if it is valid, and otherwise "": any other text might not be
// one that the database can store.
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

// isThere reports whether a refusal says that what the line asks for is there already.
func isThere(refusal courses.Refusal) bool {
	return refusal == courses.ErrStudentExists || refusal == courses.ErrCourseExists || refusal == courses.ErrAlreadySubscribed
}

// verdictOf returns what became of a line, given the error of its decision. ok is false if the
// error is not an answer to the line, so that it has to be decided again.
func verdictOf(err error) (v Verdict, ok bool) {
	refusal, isRefusal := asRefusal(err)
	switch {
	case err == nil:
		return Verdict{State: Done}, true
	case isRefusal && isThere(refusal):
		return Verdict{There, refusal.Error()}, true
	case isRefusal:
		return Verdict{Refused, refusal.Error()}, true
	case unreadable(err):
		return Verdict{Refused, "an event that this decision reads can't be read: its page in the log says which"}, true
	default:
		return Verdict{}, false
	}
}
