package site

import (
	"strconv"

	"go-crablet/web/ui"
)

// A Keeping says how many receipts, races and comparisons are kept. No decision depends on
// them, so they can be deleted. 0 is no bound.
type Keeping struct {
	Receipts int
	Races    int // also of comparisons
	Days     int // for all of them
}

// words says how much is kept, if it is at most a number.
func (k Keeping) words(most int) string {
	switch age := strconv.Itoa(k.Days) + " " + ui.Plural(k.Days, "day", "days"); {
	case most > 0 && k.Days > 0:
		return "The latest " + ui.Grouped(most) + " are kept, for " + age + "."
	case most > 0:
		return "The latest " + ui.Grouped(most) + " are kept."
	case k.Days > 0:
		return "They are kept for " + age + "."
	default:
		return "All are kept."
	}
}

// OfReceipts says in words which receipts are kept.
func (k Keeping) OfReceipts() string {
	text := k.words(k.Receipts)
	if k.Receipts > 0 {
		text += " When there are more, the refused ones go first."
	}
	return text + k.pinned(k.Receipts)
}

// OfRaces says in words which races are kept.
func (k Keeping) OfRaces() string { return k.words(k.Races) + k.pinned(k.Races) }

func (k Keeping) pinned(most int) string {
	if most == 0 && k.Days == 0 {
		return ""
	}
	return " What the registrar pins stays."
}

// A PinView says how long a receipt or a race is kept, and lets the registrar change that.
type PinView struct {
	Layout
	Action string // address of the form
	From   string // address of the page that has the form
	Pinned bool
	Rule   string // how long it is kept if it is not pinned
}

// WantsPin reports whether the form asks to pin, and not to unpin.
func (v *Visit) WantsPin() bool { return v.R.PostFormValue("pin") == "yes" }
