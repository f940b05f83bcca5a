package web

import "strconv"

// A try is something to do first.
type try struct {
	Done  bool
	Parts []tryPart
}

// A tryPart is a place to go to, and the words behind it.
type tryPart struct {
	link
	After string
}

// Tries are the three things that show what this is about.
func (v catalogueView) Tries() []try {
	seat := link{"#courses", "Take a seat"}
	switch {
	case !v.Someone():
		seat = link{"/students", "Be somebody and take a seat"}
	case v.Try != "":
		seat = link{v.TryURL, "Take the last seat in " + v.Try}
	}
	return []try{
		{v.Done.has(tookSeat | openedReceipt), []tryPart{{seat, ", then "}, {link{v.ownDecisions().URL, "open its receipt"}, "."}}},
		{v.Done.has(metConflict), []tryPart{{link{"/session/gap", "Hold the gap open"}, " and make a conflict by hand, with a second window."}}},
		{v.Done.has(watchedRace | brokeAppend), []tryPart{{link{"/race", "Run a race"}, ", then "}, {link{"/race/strategies", "break it on purpose"}, "."}}},
	}
}

// Tried words how many of them were tried.
func (v catalogueView) Tried() string {
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

// Folds reports whether the visitor needs no telling what to try.
func (v catalogueView) Folds() bool {
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

// TourOffer is what the button says that begins the tour.
func (v catalogueView) TourOffer() string {
	switch {
	case v.TourDone():
		return "Take the tour again"
	case v.Done.count() > 0:
		return "Take the tour, " + v.Done.far() + " steps done"
	default:
		return "Take the tour, " + strconv.Itoa(allSteps.count()) + " steps"
	}
}
