package log

import (
	"context"
	"slices"

	"go-crablet/dcb"
	"go-crablet/web/story"
)

// RequestsOf returns the requests that events belong to, by the IDs of the events. A request
// has the receipt of its decision, if one was kept.
func (p *Pages) RequestsOf(ctx context.Context, events []dcb.Event) (map[string]story.RequestView, error) {
	var receipts []string // all events of a race have one correlation ID, so there a receipt is found by its event
	for _, e := range events {
		receipts = append(receipts, story.ReceiptsOf(e)...)
	}
	kept, err := p.Receipts.Kept(ctx, receipts)
	requests := map[string]story.RequestView{}
	for _, e := range events {
		if e.CorrelationID == "" {
			continue
		}
		request := story.RequestView{ID: story.EndOf(e.CorrelationID)}
		for _, id := range story.ReceiptsOf(e) {
			if slices.Contains(kept, id) {
				request.Receipt = id
			}
		}
		requests[e.ID] = request
	}
	return requests, err
}
