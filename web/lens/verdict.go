package lens

import (
	"errors"
	"fmt"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/story"
)

// A verdict says how the decision would end, in the largest words of the page.
type verdict struct {
	Colour, Icon      string
	Strong, Text, Why string
}

// verdict says in words how the decision would end if nobody is faster.
func (v pageView) verdict(names readmodel.Names, d Decision) verdict {
	number := func(name string) string { return story.Known(d.Receipt.Last().Knew, name).Value }
	if d.Refusal != nil {
		return verdict{Colour: "refused", Icon: "i-refused", Strong: "Refused:", Text: v.refusal(names, d.Refusal) + ".", Why: "Nothing would be appended."}
	}
	taken, _ := strconv.Atoi(number("seatsTaken")) // it is an int of the decision's state
	seat := fmt.Sprintf("seat %d of %s", taken+1, number("capacity"))
	why := fmt.Sprintf("Stored, unless something gets inside after %d.", v.Head)
	if v.Swaps() {
		return verdict{Colour: "seated", Icon: "i-check", Text: fmt.Sprintf("%s would give %s back and get %s in %s.", v.Subject(), v.Given.Name, seat, v.Course), Why: why}
	}
	return verdict{Colour: "seated", Icon: "i-check", Text: fmt.Sprintf("%s would get %s.", v.Subject(), seat), Why: why}
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

// PossessiveFirst begins a sentence.
func (v pageView) PossessiveFirst() string {
	if v.You {
		return "Your"
	}
	return v.Possessive()
}
