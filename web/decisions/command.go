package decisions

import (
	"context"
	"errors"
	"time"

	"go-crablet/dcb"
	"go-crablet/receipt"
	"go-crablet/web/held"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// Decide takes a decision and keeps its receipt. A decision that failed has a receipt,
// too. There is none when the visitor left first, when what was asked for made no sense
// to begin with, or when the receipt can't be kept. Pages that are asked for after it show
// what became of it, on every instance.
func (p *Pages) Decide(v *site.Visit, cmd dcb.Command, title string) (receipt.Result, error) {
	if err := p.LeaveToRace(v.Context(), cmd); err != nil {
		return receipt.Result{}, err
	}
	return p.Held.Hold(v, title, func(v *site.Visit) (receipt.Result, error) {
		record, err := p.Take(v, cmd, title)
		return p.Settle(v, record, err)
	})
}

// Take takes a decision, and returns its receipt, or nil when there is none.
func (p *Pages) Take(v *site.Visit, cmd dcb.Command, title string) (*receipt.Receipt, error) {
	return p.TakeBy(v, cmd, title, func(ctx context.Context, recorder *receipt.Recorder) error {
		return cmd.Decide(held.Follow(ctx, recorder), p.Log)
	})
}

// TakeBy is take in another way. If that stores the events later than it appends them, and
// fails, there is no receipt.
func (p *Pages) TakeBy(v *site.Visit, cmd dcb.Command, title string, decide func(context.Context, *receipt.Recorder) error) (*receipt.Receipt, error) {
	ctx, recorder := receipt.Record(v.Context(), cmd, title)
	err := decide(ctx, recorder)
	record, ended := recorder.Receipt()
	if !ended || isNonsense(err) || err != nil && record.Outcome() == receipt.Appended {
		return nil, err
	}
	if story.MayBeStored(record) {
		record.ID = story.ReceiptOf(record.CorrelationID)
	}
	p.nameOutage(v.Context(), record, err)
	return &record, err
}

// Settle keeps the receipt of a decision that ended with the given error. If the request
// was carried out before, it returns the result of then, and keeps a receipt only if
// there is none of then.
func (p *Pages) Settle(v *site.Visit, record *receipt.Receipt, err error) (receipt.Result, error) {
	if record == nil {
		return receipt.Result{}, err
	}
	var result receipt.Result
	if record.Outcome() != receipt.Failed { // the answer to that shows nothing of the log
		defer p.awaitPages(v, story.DecidedAt(*record))
	}
	if record.Outcome() == receipt.Nothing {
		first, err := p.firstResult(v.Context(), v.Key())
		if first.ReceiptID != "" || err != nil {
			return first, err
		}
		result = first
	}
	// The decision stands, whether its receipt can be kept or not, and its receipt is
	// worth keeping though the visitor may be gone.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.Context()), site.LongestAfterthought)
	defer cancel()
	if saveErr := p.Receipts.Save(ctx, *record); saveErr != nil {
		p.Logger.ErrorContext(v.Context(), "keep a receipt", "error", saveErr, "request_id", record.CorrelationID)
		return result, err
	}
	result.ReceiptID = record.ID
	return result, err
}

// Patience is how long a command waits for the pages to show what became of it.
const Patience = 2 * time.Second

// awaitPages waits until pages show the log up to a position. It is the command that
// waits, and not the page after it, so that a program that keeps no session sees what
// it did, too. The decision stands, however this ends: pages say when they are behind.
func (p *Pages) awaitPages(v *site.Visit, position int64) {
	shown, err := p.Terms.Await(v.Context(), position, Patience)
	visitorLeft := errors.Is(v.Context().Err(), context.Canceled)
	if (err != nil || !shown) && !visitorLeft {
		p.Logger.WarnContext(v.Context(), "pages are behind the log", "error", err,
			"position", position, "request_id", v.RequestID())
	}
}
