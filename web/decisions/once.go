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

// answerTo returns the first event that a request brought about, and whether there
// is one.
func (p *Pages) answerTo(ctx context.Context, request courses.RequestID) (e dcb.Event, found bool, err error) {
	if !request.Valid() {
		return e, false, nil
	}
	answers := dcb.NewQuery(dcb.Tags{request.Tag()})
	for e, err := range p.Log.Read(ctx, answers, dcb.ReadOptions{Limit: 1}) {
		return e, err == nil, err
	}
	return e, false, nil
}

// CarriedOut returns the first fact that a request brought about, and whether it was
// carried out.
func (p *Pages) CarriedOut(ctx context.Context, request courses.RequestID) (fact dcb.Fact, found bool, err error) {
	e, found, err := p.answerTo(ctx, request)
	if found {
		fact, err = courses.Decode(e.Type, e.Data)
	}
	return fact, found, err
}

// How long to wait for the receipt of somebody who is about to keep it.
const (
	receiptPatience = 2 * time.Second
	receiptPause    = 5 * time.Millisecond
)

// firstResult returns the result of the first time that a request was carried out, or
// nothing if it never was. The receipt may be missing: it is kept a moment after the
// events are stored, and whoever was to keep it may have died in between.
func (p *Pages) firstResult(ctx context.Context, request courses.RequestID) (receipt.Result, error) {
	answer, found, err := p.answerTo(ctx, request)
	if !found {
		return receipt.Result{}, err
	}
	result, id := receipt.Result{RepeatOf: answer.Position}, story.ReceiptOf(answer.CorrelationID)
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
