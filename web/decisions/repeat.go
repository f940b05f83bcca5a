package decisions

import (
	"context"
	"errors"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/story"
)

// firstEvent returns the first event that was stored for a request, if the request was
// carried out before.
func (p *Pages) firstEvent(ctx context.Context, request courses.RequestID) (e dcb.Event, found bool, err error) {
	if !request.Valid() {
		return e, false, nil
	}
	stored := dcb.NewQuery(dcb.Tags{request.Tag()})
	for e, err := range p.Log.Read(ctx, stored, dcb.ReadOptions{Limit: 1}) {
		return e, err == nil, err
	}
	return e, false, nil
}

// FirstFact returns the first fact that was stored for a request, and whether there is
// one: then the request was carried out before.
func (p *Pages) FirstFact(ctx context.Context, request courses.RequestID) (fact dcb.Fact, found bool, err error) {
	e, found, err := p.firstEvent(ctx, request)
	if found {
		fact, err = courses.Decode(e.Type, e.Data)
	}
	return fact, found, err
}

// The wait for a receipt that the first arrival of the request is about to save.
const (
	receiptPatience = 2 * time.Second
	receiptPause    = 5 * time.Millisecond
)

// firstResult returns the result of the first time that a request was carried out, or
// the zero result if it never was. Its receipt may be missing: it is saved a moment after
// the events, and the program may have died in between.
func (p *Pages) firstResult(ctx context.Context, request courses.RequestID) (receipt.Result, error) {
	first, found, err := p.firstEvent(ctx, request)
	if !found {
		return receipt.Result{}, err
	}
	result, id := receipt.Result{RepeatOf: first.Position}, story.ReceiptOf(first.CorrelationID)
	for start := time.Now(); time.Since(start) < receiptPatience; {
		_, err := p.Receipts.Find(ctx, id)
		if !errors.Is(err, receipt.ErrNotFound) {
			result.ReceiptID = id
			return result, err
		}
		select {
		case <-time.After(receiptPause):
		case <-ctx.Done():
			return result, ctx.Err()
		}
	}
	return result, nil
}
