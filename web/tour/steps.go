package tour

import (
	"strings"

	"go-crablet/web/site"
	"go-crablet/web/story"
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
		{site.ChoseSelf, "Choose who you are", "Nobody signs in here: act as any of the students.", ui.Link{URL: "/students", Words: "To the students"}},
		{site.TookSeat, "Take a seat", "Subscribe to a course that has one.", ui.Link{URL: "/", Words: "To the courses"}},
		{site.OpenedReceipt, "Open its receipt", "It shows what the decision read, what it knew, and what it appended.", v.OwnDecisions()},
		{site.UsedLens, "Look before you send", "See what a subscription would read, and who would get in its way.", v.ownLens()},
		v.conflictByHand(),
		{site.WatchedRace, "Watch a race", "Start one, or look at one that was run: each lane is a real decision.", ui.Link{URL: "/race", Words: "To the races"}},
		{site.BrokeAppend, "Break it on purpose", "Once your race is over, run the same rush without the part of the append that makes it right.", ui.Link{URL: "/race/strategies", Words: "To what breaks it"}},
		{site.LookedBack, "Look at an earlier moment", "Press “Look back” at the foot of a page, and go some events back.", ui.Link{URL: "/log", Words: "To the log"}},
	} {
		if !v.Done.Has(next.mark) {
			return next
		}
	}
	return step{Title: "That was the tour", Text: "Every page says why it shows what it shows.", Link: ui.Link{URL: "/source/", Words: "Read the code"}}
}

// conflictByHand is the step that takes three actions. It says which of them is next.
func (v barView) conflictByHand() step {
	next := step{mark: site.MetConflict, Title: "Make a conflict by hand"}
	switch {
	case len(v.now.Held) > 0:
		next.Text = "In a private window or on a phone, take a seat in the same course as somebody else. Then let yours go on."
		next.Link = ui.Link{URL: v.now.Held[0].URL, Words: "To what you hold"}
	case v.now.Choice.On():
		next.Text, next.Link = "Subscribe to a course. The decision waits before its append: have a private window ready, as somebody else.", ui.Link{URL: "/", Words: "To the courses"}
	default:
		next.Text, next.Link = "First hold the gap open, between a decision and its append.", ui.Link{URL: "/session/gap", Words: "To the gap"}
	}
	return next
}

// ownLens leads to the boundary of the student whom the visitor acts as.
func (v barView) ownLens() ui.Link {
	if !v.Someone() {
		return ui.Link{URL: "/students", Words: "To the students"}
	}
	return ui.Link{URL: story.StudentURL(v.Acting.ID) + "/boundary", Words: "To the lens"}
}
