package site

import (
	"strconv"

	"go-crablet/web/ui"
)

// A Keeping says how much is kept of what no rule reads. 0 is no bound.
type Keeping struct {
	Receipts int // of these refused ones go first
	Races    int // and as many comparisons
	Days     int // of each
}

// words says what is kept of so many.
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

// A PinView is what to say of how long something is kept, and how to change that.
type PinView struct {
	Layout
	Action string
	From   string // the page that it stands on
	Pinned bool
	Rule   string // for what is not pinned
}

func (v *Visit) WantsPin() bool { return v.R.PostFormValue("pin") == "yes" }
