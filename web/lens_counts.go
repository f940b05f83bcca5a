package web

import (
	"context"
	"fmt"

	"go-crablet/lens"
	"go-crablet/receipt"
)

// What is counted, at most. It is little, so that the page is quick on any log.
const (
	countedEvents        = 5000 // at the end of the log
	countedReceipts      = 500  // the latest
	countedSubscriptions = 500  // the latest among those events
)

// inFlight is how many events there might have been between a decision's read and its append.
var inFlight = []int64{1, 10, 100}

// counted is what boundaries made of past decisions, or would have made.
type counted struct {
	Events int // that were looked at
	Tables []tallyTable
}

// A tallyTable is what each drawing makes of some gaps.
type tallyTable struct {
	Title, Of string
	Empty     bool // there are no gaps to count
	Rows      []tallyRow
}

type tallyRow struct {
	Title   string
	Current bool // the page is about this drawing
	lens.Tally
}

// count holds past decisions to subscribe against every drawing.
func (s *server) count(ctx context.Context, head int64, current lens.Drawing) (counted, error) {
	stretch, err := lens.ReadStretch(ctx, s.Log, head, countedEvents)
	if err != nil {
		return counted{}, err
	}
	appends, decisions, err := s.Receipts.LatestAppends(ctx, "SubscribeStudent", countedReceipts)
	if err != nil {
		return counted{}, err
	}
	return count(stretch, appends, decisions, current), nil
}

func count(stretch lens.Stretch, appends []receipt.Append, decisions int, current lens.Drawing) counted {
	sent := stretch.Within(lens.GapsIn(appends))
	subscriptions := stretch.Subscriptions(countedSubscriptions)
	c := counted{Events: stretch.Len()}
	c.add(stretch, sent, current, "Between read and append, as it was",
		fmt.Sprintf("%d %s of %d %s that left a receipt", len(sent), plural(len(sent), "append", "appends"), decisions, plural(decisions, "decision", "decisions")))
	for _, events := range inFlight {
		gaps := stretch.Earlier(subscriptions, events)
		title := "In the event right before"
		if events > 1 {
			title = fmt.Sprintf("In the %d events right before", events)
		}
		c.add(stretch, gaps, current, title,
			fmt.Sprintf("%d %s, the latest", len(gaps), plural(len(gaps), "subscription", "subscriptions")))
	}
	return c
}

func (c *counted) add(stretch lens.Stretch, gaps []lens.Gap, current lens.Drawing, title, of string) {
	table := tallyTable{Title: title, Of: of, Empty: len(gaps) == 0}
	tallies := stretch.Tally(gaps)
	for i, d := range lens.Drawings() {
		table.Rows = append(table.Rows, tallyRow{d.Title, d.Name == current.Name, tallies[i]})
	}
	c.Tables = append(c.Tables, table)
}

// Sentence says what was looked at.
func (c counted) Sentence() string {
	return fmt.Sprintf("Looked at: the last %d %s of the log, and of the latest %d receipts those of decisions to subscribe that were taken on them. "+
		"The first table has what really came between; the others have what would have, had each decision been so many events under way.",
		c.Events, plural(c.Events, "event", "events"), countedReceipts)
}
