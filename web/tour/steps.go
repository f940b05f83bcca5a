package tour

import (
	"strings"

	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// A step is what to do next, and where.
type step struct {
	mark  site.Steps // which is set when the step is done
	Title string     // "Take a seat"
	Text  string
	Link  ui.Link
}

// On reports whether the page at a path is the one on which the step is done.
func (s step) On(path string) bool {
	page, _, _ := strings.Cut(s.Link.URL, "?")
	return page == path
}

// Next is the first step that is not done yet. After the last one it is where to read on.
func (v barView) Next() step {
	for _, next := range []step{
		{site.ChoseSelf, "Choose who you are", "Act as one of the students. Nobody needs a password.", ui.Link{URL: "/students", Words: "To the students"}},
		{site.TookSeat, "Take a seat", "Subscribe to a course that has a free seat.", ui.Link{URL: "/", Words: "To the courses"}},
		{site.OpenedReceipt, "Open its receipt", "It shows what the decision read, what it knew, and what it appended.", v.OwnDecisions()},
		{site.UsedLens, "Look before you send", "See what a subscription would read, and who would get in its way.", ui.Link{URL: "/tour/lens", Words: "To the lens"}},
		v.conflictByHand(),
		{site.WatchedRace, "Watch a race", "Start one, or look at one that was run: each lane is a real decision.", ui.Link{URL: "/race", Words: "To the races"}},
		{site.BrokeAppend, "Break it on purpose", "When your race is over, run it again with a part of the append left out.", ui.Link{URL: "/race/strategies", Words: "To what breaks it"}},
		{site.LookedBack, "Look at an earlier moment", "Press “Look back” at the foot of a page, and go some events back.", ui.Link{URL: "/log", Words: "To the log"}},
	} {
		if !v.Done.Has(next.mark) {
			return next
		}
	}
	return step{Title: "That was the tour", Text: "“Why?”, beside a heading, says what a page rests on.", Link: ui.Link{URL: "/source/", Words: "Read the code"}}
}

// conflictByHand is the step that takes three actions. It says which of them is next.
func (v barView) conflictByHand() step {
	next := step{mark: site.MetConflict, Title: "Make a conflict by hand"}
	switch {
	case len(v.now.Held) > 0:
		next.Text = "In a private window" + v.orOnAPhone() + ", act as another student and subscribe to the same course. Then let your decision go on."
		next.Link = ui.Link{URL: v.now.Held[0].URL, Words: "To what you hold"}
	case v.now.Choice.On():
		next.Text, next.Link = "Open a private window, and act as somebody else there. Then subscribe to a course here: the decision stops before its append.", ui.Link{URL: "/", Words: "To the courses"}
	default:
		next.Text, next.Link = "First hold the gap open: your decisions then stop before their append.", ui.Link{URL: "/session/gap", Words: "To the gap"}
	}
	return next
}

// orOnAPhone offers a phone, if one reaches the application: an open demo answers on its own
// machine only.
func (v barView) orOnAPhone() string {
	if v.OpenDemo {
		return ""
	}
	return " or on a phone"
}
