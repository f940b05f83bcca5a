package log

import (
	"context"
	"slices"

	"go-crablet/dcb"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// latestFirst reads one page of the events that the query matches up to a position. The
// address says which page; if it does not, it is the page of the latest events. They are
// returned in the order of the log, but the pager leads from later to earlier pages.
func (p *Pages) latestFirst(v *site.Visit, all site.List, query dcb.Query, upTo int64, size int) ([]dcb.Event, ui.Pager, error) {
	asked, err := all.At(v)
	if err != nil {
		return nil, ui.Pager{}, err
	}
	at, latest := asked, asked == readmodel.Cursor{}
	if latest {
		at.Before = upTo + 1
	}
	events, err := p.eventsAt(v.Context(), query, at, upTo, size+1)
	if err != nil {
		return nil, ui.Pager{}, err
	}
	page := readmodel.PageOf(events, at, size, func(e dcb.Event) int64 { return e.Position })
	// The latest come first, so what is next on the page was earlier in the log.
	pages := all.Pager(asked, page.Next, page.Previous)
	pages.Back, pages.On = "Later", "Earlier"
	if latest {
		pages.Previous = ""
	}
	return page.Rows, pages, nil
}

// eventsAt reads at most most events from a cursor on, and returns them in the order of the log.
func (p *Pages) eventsAt(ctx context.Context, query dcb.Query, at readmodel.Cursor, upTo int64, most int) ([]dcb.Event, error) {
	options := dcb.ReadOptions{Limit: most, After: at.After, Before: upTo + 1}
	if at.Before > 0 {
		options.Before, options.Backwards = min(upTo+1, at.Before), true
	}
	var events []dcb.Event
	for e, err := range p.LogOf(ctx).Read(ctx, query, options) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	if options.Backwards {
		slices.Reverse(events)
	}
	return events, nil
}
