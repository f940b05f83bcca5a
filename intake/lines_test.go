package intake_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/intake"
	"go-crablet/internal/effort"
)

const (
	studentID = "refused: a student id is 1 to 64 letters, digits, dots, dashes or underscores, and starts with a letter or digit"
	courseID  = "refused: a course id is 1 to 64 letters, digits, dots, dashes or underscores, and starts with a letter or digit"
	name      = "refused: a name has 1 to 100 characters, some of them visible, and no control characters"
	title     = "refused: a title has 1 to 100 characters, some of them visible, and no control characters"
	noNumber  = "refused: a whole number is needed for the seats: a course has between 1 and 10,000 seats"
	seats     = "refused: a course has between 1 and 10,000 seats"
	cells     = "refused: the line has more cells than there are columns: put quotes around a text that has the separator in it"
	quotes    = "refused: the quotes can't be understood: put quotes around the whole cell, and write each quote inside it twice"
	isTaken   = "there: a student with this id was registered already"
	isDefined = "there: a course with this id exists already"
)

// badLines are the kinds of lines that are not carried out, each with what is said about it.
// ada takes 10 courses and had logic; logic has 2 seats, of which kofi has 1; old is archived.
var badLines = map[intake.Kind][]struct{ kind, line, says string }{
	intake.Students: {
		{"no name", `,s1`, name},
		{"a name of blanks", `"   ",s1`, name},
		{"a name that shows nothing", "\u2800,s1", name},
		{"a name that is too long", strings.Repeat("x", 101) + ",s1", name},
		{"a control character", "Zo\x07e,s1", name},
		{"an escape sequence", "\x1b[31mZoe,s1", name},
		{"a character that turns the writing", "Zoe\u202e,s1", name},
		{"a line separator", "Zoe\u2028Y,s1", name},
		{"what is never a character", "Zoe\uffff,s1", name},
		{"an accent alone", "\u0301,s1", name},
		{"an id with a space", "Zoe,s 1", studentID},
		{"an id with a slash", "Zoe,s/1", studentID},
		{"an id with an accent", "Zoe,zoë", studentID},
		{"an id that begins with a dash", "Zoe,-1", studentID},
		{"an id that is too long", "Zoe," + strings.Repeat("x", 65), studentID},
		{"a new id with capitals", "Zoe,Zoe-1", "refused: a new id is in small letters: write zoe-1"},
		{"an id with a zero-width space", "Zoe,s\u200b1", studentID},
		{"an id of a formula", "Zoe,=1+1", studentID},
		{"a comma in the name", "Lovelace,Ada,s1", cells},
		{"too many cells", "Zoe,s1,zoe@example.org", cells},
		{"a quote in the middle", `Zo"e,s1`, quotes},
		{"a quote behind a quoted text", `"Zoe"y,s1`, quotes},
		{"a single quote that opens", `Zoe,s1"`, quotes},
		{"a quoted text over two lines", "\"Zoe\nYe\",s1", "refused: a quote opens in this line and closes in line 2, so these lines are one: check the quotes"},
		{"somebody who is there", "Ada,ada", isTaken},
		{"somebody who is there under another name", "Grace,ada", isTaken},
		{"somebody who was forgotten", "Fay,fay", isTaken},
	},
	intake.Courses: {
		{"no title", ",20,c1", title},
		{"a title that shows nothing", "\u3164,20,c1", title},
		{"a title that is too long", strings.Repeat("x", 101) + ",20,c1", title},
		{"a tab in the title", "\"Lo\tgic\",20,c1", title},
		{"no seats", "Rhetoric", noNumber},
		{"empty seats", "Rhetoric,,c1", noNumber},
		{"seats in words", "Rhetoric,twenty,c1", noNumber},
		{"half a seat", "Rhetoric,1.5,c1", noNumber},
		{"seats with a thousands separator", `Rhetoric,"1,000",c1`, noNumber},
		{"far too many seats", "Rhetoric,99999999999999999999,c1", noNumber},
		{"zero seats", "Rhetoric,0,c1", seats},
		{"fewer than zero seats", "Rhetoric,-3,c1", seats},
		{"too many seats", "Rhetoric,10001,c1", seats},
		{"an id with a space", "Rhetoric,20,c 1", courseID},
		{"an id that is too long", "Rhetoric,20," + strings.Repeat("x", 65), courseID},
		{"too many cells", "Rhetoric,20,c1,Mon", cells},
		{"a quote in the middle", `Rhe"toric,20,c1`, quotes},
		{"a course that is there", "Logic,2,logic", isDefined},
		{"a course that is there by its title", "Logic,2", isDefined},
	},
	intake.Enrolments: {
		{"no course", "ada", courseID},
		{"no student", ",logic", studentID},
		{"a student's name", "Ada Lovelace,logic", studentID},
		{"a course's title", "kofi,Type Theory", courseID},
		{"too many cells", "kofi,old,today", cells},
		{"nobody of this id", "nobody,logic", "refused: there is no such student"},
		{"no course of this id", "kofi,nothing", "refused: there is no such course"},
		{"somebody who was forgotten", "fay,logic", "refused: there is no such student"},
		{"a course that is archived", "kofi,old", "refused: the course is archived: it changes no more and takes nobody"},
		{"a student with ten courses", "ada,logic", "refused: a student takes at most 10 courses at once"},
		{"a course that is full", "kofi,full", "refused: every seat in this course is taken"},
		{"an enrolment that is there", "kofi,logic", "there: the student has a seat in this course already"},
	},
}

// newTerm returns an office whose log has what badLines speak of.
func newTerm(t *testing.T) office {
	t.Helper()
	o := newOffice(
		t,
		courses.StudentRegistered{Student: "ada", Name: "Ada"}, courses.StudentRegistered{Student: "kofi", Name: "Kofi"},
		courses.StudentRegistered{Student: "fay", Name: "Fay"}, courses.StudentForgotten{Student: "fay"},
		courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 2}, courses.StudentSubscribedToCourse{Student: "kofi", Course: "logic"},
		courses.CourseDefined{Course: "full", Title: "Full", Capacity: 1}, courses.StudentSubscribedToCourse{Student: "ada", Course: "full"},
		courses.CourseDefined{Course: "old", Title: "Old", Capacity: 9}, courses.CourseArchived{Course: "old"},
	)
	for i := range courses.MaxCourses - 1 {
		id := courses.CourseID(fmt.Sprint("c-", i))
		o.happens(courses.CourseDefined{Course: id, Title: "C", Capacity: 9}, courses.StudentSubscribedToCourse{Student: "ada", Course: id})
	}
	return o
}

func TestEachKindOfBadLineSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	o := newTerm(t)
	kinds := 0
	for kind, lines := range badLines {
		kinds += len(lines)
		for _, bad := range lines {
			list := o.tries(kind, bad.line+"\n"+okLine[kind])
			require.Len(t, list.Lines, 2, "%s: %s", kind, bad.kind)
			assert.Equal(t, []string{bad.says, "new"}, told(list.Lines), "%s: %s", kind, bad.kind)
		}
	}
	require.GreaterOrEqual(t, kinds, 50)
	for kind, lines := range badLines {
		for _, bad := range lines {
			o.adds(kind, bad.line) // can be kept
		}
	}
	o.adds(intake.Students, inUTF16("\ufeffname\tid\tmail\x00\nZo\x00e\ts1\tx\ty\n", false))
}

// okLine follows a bad line, and is fine: a bad line spoils no other.
var okLine = map[intake.Kind]string{intake.Students: "Wanda,wanda", intake.Courses: "Poetry,5,poetry", intake.Enrolments: "kofi,c-1"}

func TestOnlyALineWithAValidNameGetsAnID(t *testing.T) {
	t.Parallel()
	lines := newTerm(t).tries(intake.Students, strings.Repeat("W", 101)+"\nZoë").Lines
	require.Len(t, lines, 2)
	assert.Empty(t, lines[0].Student)
	assert.NotEmpty(t, lines[1].Student)
}

// The lines of a file are tried out in its order, each after what those before would store.
func TestALineIsTriedOutAfterThoseBeforeIt(t *testing.T) {
	t.Parallel()
	o := newTerm(t)
	assert.Equal(t, []string{"new", "refused: line 1 has the same id", "new", "refused: line 3 has the same id"},
		told(o.tries(intake.Students, "Zoë,z\nZed,z\nYin,y\nYin,y").Lines))
	assert.Equal(t, []string{"new", "refused: line 1 has the same id"},
		told(o.tries(intake.Courses, "Poetry,5\nPoetry,6").Lines))
	assert.Equal(t, []string{isDefined, "refused: the title gives the id c-1, which is that of the course “C”: write another id", "new", isDefined},
		told(o.tries(intake.Courses, "LOGIC,5\nC 1,5\nC 1,5,c-one\nC 1,5,c-1").Lines), "two titles can give one id")
	assert.Equal(t, []string{name, "new"}, told(o.tries(intake.Students, ",z\nZoë,z").Lines), "the first one is no line")
	o.happens(courses.StudentRegistered{Student: "mei", Name: "Mei"}, courses.StudentRegistered{Student: "ines", Name: "Ines"})
	assert.Equal(t, []string{"new", "refused: line 1 asks for the same", "refused: every seat in this course is taken", "new"},
		told(o.tries(intake.Enrolments, "mei,logic\nmei,logic\nines,logic\nines,c-1").Lines))

	var ten strings.Builder
	for i := range courses.MaxCourses + 1 {
		o.happens(courses.CourseDefined{Course: courses.CourseID(fmt.Sprint("d-", i)), Title: "D", Capacity: 9})
		fmt.Fprintf(&ten, "mei,d-%d\n", i)
	}
	last := told(o.tries(intake.Enrolments, ten.String()).Lines)[courses.MaxCourses]
	assert.Equal(t, "refused: a student takes at most 10 courses at once", last)
	assert.Equal(t, 11, o.events(courses.StudentSubscribedToCourse{}), "nothing is stored")
}

func TestALongListIsTriedOut(t *testing.T) {
	t.Parallel()
	lines := effort.Times(intake.MaxLines/4, intake.MaxLines)
	o := newOffice(t, courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: lines - 100})
	var students, enrolments strings.Builder
	for i := range lines {
		id := fmt.Sprint("s-", i)
		fmt.Fprintf(&students, "Student %d,%s\n", i, id)
		fmt.Fprintf(&enrolments, "%s,logic\n", id)
	}
	list := o.tries(intake.Students, students.String())
	require.Len(t, list.Lines, lines)
	var registered []dcb.Fact
	for _, line := range list.Lines {
		require.Equal(t, intake.New, line.State)
		registered = append(registered, courses.StudentRegistered{Student: line.Student, Name: "x"})
	}
	o.happens(registered...)
	began := time.Now()
	states := map[intake.State]int{}
	for _, line := range o.tries(intake.Enrolments, enrolments.String()).Lines {
		states[line.State]++
	}
	assert.Equal(t, map[intake.State]int{intake.New: lines - 100, intake.Refused: 100}, states)
	t.Log(lines, "enrolments in one course were tried out in", time.Since(began))
}
