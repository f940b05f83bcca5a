package catalogue

import (
	"strconv"

	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// A try is something to do first, in a sentence.
type try struct {
	Done  bool
	Parts []tryPart
}

// A tryPart is a link in that sentence, and the words after it.
type tryPart struct {
	ui.Link
	After string
}

// Tries returns the three things to do first, and which of them the visitor has done.
func (v coursesView) Tries() []try {
	seat := ui.Link{URL: "#courses", Words: "Take a seat"}
	switch {
	case !v.Someone():
		seat = ui.Link{URL: "/students", Words: "Be somebody and take a seat"}
	case v.Try != "":
		seat = ui.Link{URL: v.TryURL, Words: "Take the last seat in " + v.Try}
	}
	receipt := ui.Link{URL: v.OwnDecisions().URL, Words: "open its receipt"}
	gap := ui.Link{URL: "/session/gap", Words: "Hold the gap open"}
	race := ui.Link{URL: "/race", Words: "Run a race"}
	strategies := ui.Link{URL: "/race/strategies", Words: "break it on purpose"}
	return []try{
		{v.Done.Has(site.TookSeat | site.OpenedReceipt), []tryPart{{seat, ", then "}, {receipt, "."}}},
		{v.Done.Has(site.MetConflict), []tryPart{{gap, " and make a conflict by hand, with a second window."}}},
		{v.Done.Has(site.WatchedRace | site.BrokeAppend), []tryPart{{race, ", then "}, {strategies, "."}}},
	}
}

// Tried words how many things the visitor has done, or "".
func (v coursesView) Tried() string {
	done := 0
	tries := v.Tries()
	for _, try := range tries {
		if try.Done {
			done++
		}
	}
	if done == 0 {
		return ""
	}
	return strconv.Itoa(done) + " of " + strconv.Itoa(len(tries)) + " done"
}

// Folds reports whether the things to try are folded: all are done, or the tour tells.
func (v coursesView) Folds() bool {
	if v.OnTour() {
		return true
	}
	for _, try := range v.Tries() {
		if !try.Done {
			return false
		}
	}
	return true
}

// TourOffer is the label of the button that starts the tour.
func (v coursesView) TourOffer() string {
	switch {
	case v.TourDone():
		return "Take the tour again"
	case v.Done.Count() > 0:
		return "Take the tour, " + v.Done.Far() + " steps done"
	default:
		return "Take the tour, " + strconv.Itoa(site.AllSteps.Count()) + " steps"
	}
}
