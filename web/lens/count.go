package lens

import (
	"context"
	"fmt"

	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// The count looks at no more than this, so that the page is quick on any log.
const (
	countedEvents        = 3000 // the last events of the log
	countedReceipts      = 500  // the latest receipts
	countedSubscriptions = 500  // the latest subscriptions among the events
)

// inFlight is how many events might have been stored between a decision's read and its append.
var inFlight = []int64{1, 10, 100}

// counted says how many conflicts each drawing has, or would have had, in the past.
type counted struct {
	Events int   // how many events were looked at
	UpTo   int64 // the position of the last of them
	Tables []tallyTable
}

// A tallyTable has a row for each drawing, all about the same intervals.
type tallyTable struct {
	Title, Of string
	Empty     bool // there are no intervals to count
	Rows      []tallyRow
}

type tallyRow struct {
	Title     string
	Current   bool // the page shows this drawing
	Intervals int  // how many were counted
	Tally
}

// A share is a part of a bar: where it begins and how wide it is, in percent of all intervals.
type share struct{ Class, X, Y, Width string }

// Bar draws the row: true conflicts, false conflicts, and at half the height missed ones.
func (r tallyRow) Bar() []share {
	var bar []share
	from := 0
	for _, part := range []struct {
		class, y string
		n        int
	}{{"bar__true", "0", r.Conflicts - r.False}, {"bar__false", "0", r.False}, {"bar__missed", "50%", r.Missed}} {
		if part.n > 0 {
			bar = append(bar, share{part.class, r.percent(from), part.y, r.percent(part.n)})
		}
		from += part.n
	}
	return bar
}

func (r tallyRow) percent(n int) string {
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(r.Intervals))
}

// count counts what every drawing would have done to past decisions to subscribe.
func (p *Pages) count(ctx context.Context, head int64, current Drawing) (counted, error) {
	stretch, err := ReadStretch(ctx, p.Log, head, countedEvents)
	if err != nil {
		return counted{}, err
	}
	appends, decisions, err := p.Receipts.LatestAppends(ctx, "SubscribeStudent", countedReceipts)
	if err != nil {
		return counted{}, err
	}
	return count(stretch, appends, decisions, current), nil
}

func count(stretch Stretch, appends []receipt.Append, decisions int, current Drawing) counted {
	sent := stretch.Within(IntervalsOf(appends))
	subscriptions := stretch.Subscriptions(countedSubscriptions)
	c := counted{Events: stretch.Len(), UpTo: stretch.Before() - 1}
	c.add(stretch, sent, current, "What came between, as it was", ofSent(len(sent), decisions))
	for _, events := range inFlight {
		intervals := stretch.Earlier(subscriptions, events)
		noun := ui.Plural(int(events), "event", "events")
		c.add(stretch, intervals, current, fmt.Sprintf("If %d %s had come between", events, noun),
			fmt.Sprintf("The latest %d %s, and the %d %s right before each", len(intervals), ui.Plural(len(intervals), "subscription", "subscriptions"), events, noun))
	}
	return c
}

// add adds a table about intervals.
func (c *counted) add(stretch Stretch, intervals []Interval, current Drawing, title, of string) {
	table := tallyTable{Title: title, Of: of, Empty: len(intervals) == 0}
	tallies := stretch.Tally(intervals)
	for i, d := range Drawings() {
		table.Rows = append(table.Rows, tallyRow{d.Title, d.Name == current.Name, len(intervals), tallies[i]})
	}
	c.Tables = append(c.Tables, table)
}

// ofSent says what the first table counts: the appends that were sent within the stretch. A
// refused decision sent none, and the interval of an older append was not read.
func ofSent(appends, decisions int) string {
	switch {
	case decisions == 0:
		return "No decision to subscribe has left a receipt yet."
	case appends == 0:
		return fmt.Sprintf("No append: the latest %d receipts tell of none that was sent while these events were stored.", countedReceipts)
	default:
		return fmt.Sprintf("%d %s of decisions to subscribe, sent while these events were stored", appends, ui.Plural(appends, "append", "appends"))
	}
}

// Sentence says what was looked at.
func (c counted) Sentence() string {
	return fmt.Sprintf("Looked at: the last %d %s of the log up to %d, and the appends that decisions to subscribe sent while these were stored, as far as the latest %d receipts tell. "+
		"The first table has what really came between their reads and their appends; the others have what would have, had each been under way for longer.",
		c.Events, ui.Plural(c.Events, "event", "events"), c.UpTo, countedReceipts)
}
