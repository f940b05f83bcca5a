package decisions

import (
	"context"
	"errors"
	"net/http"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/held"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// Decide carries out a command and keeps the receipt of the decision, under a title for
// people. If the visitor wants that, the decision is held open before its append.
//
// A decision that failed leaves a receipt, too. There is no receipt if the visitor left
// before the decision ended, if the command was refused for an invalid value or an unknown
// course or student, or if the receipt could not be saved.
//
// Decide returns when the pages of every instance show the result, or after [Patience].
func (p *Pages) Decide(v *site.Visit, cmd dcb.Command, title string) (receipt.Result, error) {
	if err := p.DenyDuringRace(v.Context(), cmd); err != nil {
		return receipt.Result{}, err
	}
	return p.Held.Hold(v, title, func(v *site.Visit) (receipt.Result, error) {
		record, err := p.Take(v, cmd, title)
		return p.Settle(v, record, err)
	})
}

// Take takes a decision, and returns its receipt, or nil if it leaves none. The receipt is
// not kept yet: pass it to [Pages.Settle], with the error.
func (p *Pages) Take(v *site.Visit, cmd dcb.Command, title string) (*receipt.Receipt, error) {
	return p.TakeWith(v, cmd, title, func(ctx context.Context, recorder *receipt.Recorder) error {
		return cmd.Decide(held.Follow(ctx, recorder), p.Log)
	})
}

// TakeWith is [Pages.Take] for a command that needs more than its Decide method, for
// instance a transaction around it. If decide fails after the append, nothing was stored,
// and there is no receipt.
func (p *Pages) TakeWith(v *site.Visit, cmd dcb.Command, title string, decide func(context.Context, *receipt.Recorder) error) (*receipt.Receipt, error) {
	ctx, recorder := receipt.Record(v.Context(), cmd, title)
	err := decide(ctx, recorder)
	record, ended := recorder.Receipt()
	if !ended || leavesNoReceipt(err) || err != nil && record.Outcome() == receipt.Appended {
		return nil, err
	}
	if story.MayBeStored(record) {
		record.ID = story.ReceiptOf(record.CorrelationID)
	}
	p.nameFailure(v.Context(), record, err)
	return &record, err
}

// leavesNoReceipt reports whether a refusal is about the request alone: about a value that
// is invalid, or about a course or a student that does not exist.
func leavesNoReceipt(err error) bool {
	refusal, ok := errors.AsType[courses.Refusal](err)
	return ok && site.StatusOf(refusal) != http.StatusConflict
}

// nameFailure corrects the kind of a failure in a receipt, if the database was full or did not
// answer.
func (p *Pages) nameFailure(ctx context.Context, record receipt.Receipt, err error) {
	failure := record.Last().Failure
	if failure == nil || failure.Kind != receipt.Broken && failure.Kind != receipt.TooLate {
		return
	}
	switch {
	case p.IsFull(err):
		failure.Kind = receipt.Full
	case p.DatabaseIsAway(ctx, err):
		failure.Kind = receipt.Unanswered
	}
}

// Settle keeps the receipt of a decision that ended with the given error, and waits for the
// pages. If the request was carried out before, it returns the result of that first
// time, and keeps the receipt only if the first one is missing.
func (p *Pages) Settle(v *site.Visit, record *receipt.Receipt, err error) (receipt.Result, error) {
	if record == nil {
		return receipt.Result{}, err
	}
	if record.Outcome() != receipt.Failed { // the answer to a failure shows nothing of the log
		defer p.awaitPages(v, story.DecidedAt(*record))
	}
	var result receipt.Result
	if record.Outcome() == receipt.Nothing {
		first, err := p.firstResult(v.Context(), v.Key())
		if first.ReceiptID != "" || err != nil {
			return first, err
		}
		result = first
	}
	result.ReceiptID = p.keep(v, *record)
	return result, err
}

// keep saves a receipt, and returns its id, or "" if it could not be saved: the decision
// stands without its receipt, too. The receipt is saved even if the visitor has left.
func (p *Pages) keep(v *site.Visit, record receipt.Receipt) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.Context()), site.LongestAfterthought)
	defer cancel()
	if err := p.Receipts.Save(ctx, record); err != nil {
		p.Logger.ErrorContext(v.Context(), "keep a receipt", "error", err, "request_id", record.CorrelationID)
		return ""
	}
	return record.ID
}

// Patience is how long a command waits until the pages show its result.
const Patience = 2 * time.Second

// awaitPages waits until the pages show the log up to a position. The command waits, and not
// the page after it, so that a program without a session sees its own changes, too.
// The decision stands even if the wait fails: pages say when they are behind.
func (p *Pages) awaitPages(v *site.Visit, position int64) {
	shown, err := p.Terms.Await(v.Context(), position, Patience)
	visitorLeft := errors.Is(v.Context().Err(), context.Canceled)
	if (err != nil || !shown) && !visitorLeft {
		p.Logger.WarnContext(v.Context(), "pages are behind the log", "error", err,
			"position", position, "request_id", v.RequestID())
	}
}
