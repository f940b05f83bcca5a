package lens

import (
	"context"
	"fmt"
	"slices"

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

// counted says how many conflicts each drawing has, or would have had, in the past. It leaves out
// the intervals over which the drawings do not differ.
type counted struct {
	Events int // how many events were looked at
	Over   []intervals
	Rows   []tallyRow // one for each drawing
}

// intervals are what a column of the table is about.
type intervals struct {
	Title string
	Of    int // how many there are
}

type tallyRow struct {
	Title string
	Cells []tallyCell
}

// A tallyCell is what a drawing makes of some intervals.
type tallyCell struct {
	Intervals int // how many were counted
	Tally
}

// A share is a part of a bar: where it begins and how wide it is, in percent of all intervals.
type share struct{ Class, X, Y, Width string }

// Bar draws the cell: true conflicts, false conflicts, and at half the height missed ones.
func (r tallyCell) Bar() []share {
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

func (r tallyCell) percent(n int) string {
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(r.Intervals))
}

// count counts what every drawing would have done to past decisions to subscribe.
func (p *Pages) count(ctx context.Context, head int64) (counted, error) {
	stretch, err := ReadStretch(ctx, p.LogOf(ctx), head, countedEvents)
	if err != nil {
		return counted{}, err
	}
	appends, _, err := p.Receipts.LatestAppends(ctx, "SubscribeStudent", countedReceipts)
	if err != nil {
		return counted{}, err
	}
	return count(stretch, appends), nil
}

func count(stretch Stretch, appends []receipt.Append) counted {
	c := counted{Events: stretch.Len()}
	for _, d := range Drawings() {
		c.Rows = append(c.Rows, tallyRow{Title: d.Title})
	}
	c.add(stretch, stretch.Within(IntervalsOf(appends)), "As it was")
	subscriptions := stretch.Subscriptions(countedSubscriptions)
	for _, events := range inFlight {
		c.add(stretch, stretch.Earlier(subscriptions, events), fmt.Sprintf("%d %s earlier", events, ui.Plural(int(events), "event", "events")))
	}
	return c
}

// add adds a column about some intervals, if the drawings differ over them.
func (c *counted) add(stretch Stretch, over []Interval, title string) {
	tallies := stretch.Tally(over)
	if len(slices.Compact(slices.Clone(tallies))) == 1 {
		return
	}
	c.Over = append(c.Over, intervals{title, len(over)})
	for i := range c.Rows {
		c.Rows[i].Cells = append(c.Rows[i].Cells, tallyCell{len(over), tallies[i]})
	}
}
