package lens

import (
	"errors"
	"fmt"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// verdict says in words how the decision would end.
func (v pageView) verdict(names readmodel.Names, d Decision) (ui.Outcome, story.Verdict) {
	number := func(name string) string { return story.Known(d.Receipt.Last().Knew, name).Value }
	if d.Refusal != nil {
		return ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "Would be refused"}, story.Verdict{
			Strong: "Refused: " + v.refusal(names, d.Refusal) + ".",
			Text:   "That is what a rule would say now. Nothing would be appended.",
		}
	}
	taken, _ := strconv.Atoi(number("seatsTaken")) // it is an int of the decision's state
	if v.Swaps() {
		return ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Would be swapped"}, story.Verdict{
			Strong: fmt.Sprintf("%s would give %s back and get seat %d of %s in %s.", v.Subject(), v.Given.Name, taken+1, number("capacity"), v.Course),
			Text: fmt.Sprintf("%s of %s seats are taken. Both would be stored in one append, unless something gets inside the boundary after %d.",
				number("seatsTaken"), number("capacity"), v.Head),
		}
	}
	return ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Would be seated"}, story.Verdict{
		Strong: fmt.Sprintf("%s would get seat %d of %s.", v.Subject(), taken+1, number("capacity")),
		Text: fmt.Sprintf("%s of %s seats are taken, and %s of %d courses. That would be stored, unless something gets inside the boundary after %d.",
			number("seatsTaken"), number("capacity"), number("coursesTaken"), courses.MaxCourses, v.Head),
	}
}

// refusal words a refusal. That of a swap names the course, because there are two.
func (v pageView) refusal(names readmodel.Names, err error) string {
	refusal, ok := errors.AsType[courses.Refusal](err)
	if !v.Swaps() || !ok {
		return err.Error()
	}
	voice := story.Voice{Names: names}
	if v.You {
		voice.You = courses.StudentID(v.Student.ID)
	}
	return voice.Refusal(refusal, v.command())
}

// Refused reports whether the decision would append nothing.
func (v pageView) Refused() bool { return v.Would.Colour == "refused" }

// Subject is the student as the subject of a sentence.
func (v pageView) Subject() string {
	if v.You {
		return "You"
	}
	return v.Student.Name
}

// Possessive is the student as the owner of the boundary.
func (v pageView) Possessive() string {
	if v.You {
		return "your"
	}
	return v.Student.Name + "’s"
}
