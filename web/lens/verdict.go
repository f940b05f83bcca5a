package lens

import (
	"fmt"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// verdict says in words how the decision would end.
func (v pageView) verdict(d Decision) (ui.Outcome, story.Verdict) {
	number := func(name string) string { return story.Known(d.Receipt.Last().Knew, name).Value }
	if d.Refusal != nil {
		return ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "Would be refused"}, story.Verdict{
			Strong: "Refused: " + d.Refusal.Error() + ".",
			Text:   "That is what a rule would say now. Nothing would be appended.",
		}
	}
	taken, _ := strconv.Atoi(number("seatsTaken")) // it is an int of the decision's state
	return ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Would be seated"}, story.Verdict{
		Strong: fmt.Sprintf("%s would get seat %d of %s.", v.Subject(), taken+1, number("capacity")),
		Text: fmt.Sprintf("%s of %s seats are taken, and %s of %d courses. That would be stored, unless something gets inside the boundary after %d.",
			number("seatsTaken"), number("capacity"), number("coursesTaken"), courses.MaxCourses, v.Head),
	}
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
