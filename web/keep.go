package web

import (
	"errors"
	"net/http"
	"strconv"

	"go-crablet/lab"
	"go-crablet/receipt"
)

// A Keeping says how much is kept of what no rule reads. 0 is no bound.
type Keeping struct {
	Receipts int // of these refused ones go first
	Races    int // and as many comparisons
	Days     int // of each
}

// words says what is kept of so many.
func (k Keeping) words(most int) string {
	switch age := strconv.Itoa(k.Days) + " " + plural(k.Days, "day", "days"); {
	case most > 0 && k.Days > 0:
		return "The latest " + grouped(most) + " are kept, for " + age + "."
	case most > 0:
		return "The latest " + grouped(most) + " are kept."
	case k.Days > 0:
		return "They are kept for " + age + "."
	default:
		return "All are kept."
	}
}

// OfReceipts says which receipts are kept.
func (k Keeping) OfReceipts() string {
	text := k.words(k.Receipts)
	if k.Receipts > 0 {
		text += " When there are more, the refused ones go first."
	}
	return text + k.pinned(k.Receipts)
}

// OfRaces says which races are kept.
func (k Keeping) OfRaces() string { return k.words(k.Races) + k.pinned(k.Races) }

func (k Keeping) pinned(most int) string {
	if most == 0 && k.Days == 0 {
		return ""
	}
	return " What the registrar pins stays."
}

// A pinView is what to say of how long something is kept, and how to change that.
type pinView struct {
	layout
	Action string
	From   string // the page that it stands on
	Pinned bool
	Rule   string // for what is not pinned
}

// pinReceipt keeps a receipt for good, or no longer than others.
func (s *server) pinReceipt(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("decision")
	err := s.Receipts.Pin(r.Context(), id, isToPin(r))
	if errors.Is(err, receipt.ErrNotFound) {
		return s.noSuchReceipt(w, r)
	}
	if err != nil {
		return err
	}
	return to(decisionURL(id))(w, r)
}

// pinRun does the same to a race, or a comparison.
func (s *server) pinRun(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("run")
	err := s.Theatre.Runs.Pin(r.Context(), id, isToPin(r))
	if errors.Is(err, lab.ErrNotFound) {
		return s.noSuchRun(w, r)
	}
	if err != nil {
		return err
	}
	if r.PostFormValue("from") == comparisonURL(id) {
		return to(comparisonURL(id))(w, r)
	}
	return to(raceURL(id))(w, r)
}

func runPinURL(id string) string { return "/runs/" + id + "/pin" }

func isToPin(r *http.Request) bool { return r.PostFormValue("pin") == "yes" }

// toReceipt leads to the page of a receipt.
func (s *server) toReceipt(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.Receipts.Find(r.Context(), r.PathValue("decision")); err != nil {
		if errors.Is(err, receipt.ErrNotFound) {
			return s.noSuchReceipt(w, r)
		}
		return err
	}
	return to(decisionURL(r.PathValue("decision")))(w, r)
}
