package catalogue

import (
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// explain words a refusal for the visitor in a notice. A form does what it said when its page
// was made. If the page is out of date, the notice offers what the page would offer now.
func (p *Pages) explain(v *site.Visit, n *site.Notice, refusal courses.Refusal, cmd dcb.Command, page string) error {
	who, err := v.Visitor()
	if err != nil {
		return err
	}
	student, course := story.Parties(cmd)
	var ask readmodel.Questions
	var names readmodel.Names
	var places []readmodel.Place
	ask.Names(&names, story.ChangedBy(cmd))
	ask.PlacesOf(&places, student)
	if _, err := p.Terms.Ask(v.Context(), &ask); err != nil {
		return err
	}
	voice := story.Voice{Names: names, You: who.Acting}
	seated := slices.ContainsFunc(places, func(p readmodel.Place) bool { return p.Course == course && !p.Waiting })
	if refusal == courses.ErrNotWaiting && seated {
		n.Text = voice.Someone(student, "you have", "has") + " a seat in " + names.Course(course) + " now, and " +
			map[bool]string{true: "wait", false: "waits"}[student == who.Acting] + " no longer."
	} else {
		n.Text = voice.Refusal(refusal, cmd) + "."
	}
	n.Offer = offerInstead(refusal, student, course, seated)
	if n.Offer != nil {
		n.Offer.From = page
		if student != who.Acting {
			n.Offer.Words += " for " + names.Student(student)
		}
	}
	return nil
}

// offerInstead returns what a page offers now to a student whose command was refused, or nil.
func offerInstead(refusal courses.Refusal, student courses.StudentID, course courses.CourseID, seated bool) *site.Offer {
	seats := story.CourseURL(course) + "/subscriptions"
	switch {
	case refusal == courses.ErrCourseFull:
		return &site.Offer{Action: story.WaitlistURL(string(course)), Student: student, Words: "Join the waitlist instead"}
	case refusal == courses.ErrCourseNotFull:
		return &site.Offer{Action: seats, Student: student, Words: "Take the free seat"}
	case refusal == courses.ErrNotWaiting && seated:
		return &site.Offer{Action: seats + "/" + string(student) + "/delete", Words: "Give the seat back"}
	default:
		return nil
	}
}
