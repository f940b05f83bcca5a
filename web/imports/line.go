package imports

import (
	"strconv"
	"strings"

	"go-crablet/intake"
	"go-crablet/readmodel"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A lineView is a line of a list as the page shows it.
type lineView struct {
	Number  string
	Student ui.Link // its URL is "" if there is no such student
	Course  ui.Link // as Student
	Note    string  // an id or a number of seats
	ui.Outcome
	Why string
}

func viewLines(of intake.Import, lines []intake.Line, names readmodel.Names) []lineView {
	views := make([]lineView, len(lines))
	for i, line := range lines {
		views[i] = viewLine(of, line, names)
	}
	return views
}

func viewLine(of intake.Import, line intake.Line, names readmodel.Names) lineView {
	view := lineView{Number: strconv.Itoa(line.Number), Outcome: outcomeOf(line.State, of.Stage), Why: ui.Sentence(line.Why)}
	student := ui.Link{Words: studentOf(line, names)}
	if _, known := names.Students[line.Student]; known {
		student.URL = story.StudentURL(line.Student)
	}
	course := ui.Link{Words: courseOf(line, names)}
	if _, known := names.Courses[line.Course]; known {
		course.URL = story.CourseURL(line.Course)
	}
	switch of.Kind {
	case intake.Students:
		view.Student = student
		if student.Words != string(line.Student) {
			view.Note = string(line.Student)
		}
	case intake.Courses:
		view.Course, view.Note = course, string(line.Course)
		if line.Capacity > 0 {
			view.Note += ", " + ui.Seats(line.Capacity)
		}
	case intake.Enrolments:
		view.Student, view.Course = student, course
	}
	return view
}

// studentOf returns the name that a line gives a student, or else the name of the student there
// is. It returns the id if there is neither.
func studentOf(line intake.Line, names readmodel.Names) string {
	if line.Course == "" && line.Text != "" {
		return line.Text
	}
	return names.Student(line.Student)
}

// courseOf does for courses what studentOf does for students.
func courseOf(line intake.Line, names readmodel.Names) string {
	if line.Text != "" {
		return line.Text
	}
	return names.Course(line.Course)
}

var outcomes = map[intake.State]ui.Outcome{
	intake.New:     {Colour: "you", Icon: "i-open", Words: "New"},
	intake.Done:    {Colour: "seated", Icon: "i-check", Words: "Done"},
	intake.There:   {Colour: "outside", Icon: "i-wait", Words: "There already"},
	intake.Refused: {Colour: "refused", Icon: "i-refused", Words: "Refused"},
}

// outcomeOf says in which state a line is when its import is at a stage. An import that was
// stopped never decides the lines that were new.
func outcomeOf(state intake.State, stage intake.Stage) ui.Outcome {
	outcome := outcomes[state]
	if state == intake.New && stage == intake.Cancelled {
		outcome.Colour, outcome.Words = "outside", "Not decided"
	}
	return outcome
}

// inWords is the outcome of lines inside a sentence.
func inWords(state intake.State, stage intake.Stage) string {
	return strings.ToLower(outcomeOf(state, stage).Words)
}
