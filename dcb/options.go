package dcb

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"
)

// Options configure a store, see [Open]. The zero value is a good choice.
type Options struct {
	// Memory bounds what the store remembers of the events that decisions have read, in
	// bytes. 0 means 64 MiB, and a negative number turns it off. Decisions are the same
	// with any bound, because each of them asks the database for new events. The log must not be
	// edited by hand: the store may remember a changed or deleted event as it was.
	Memory int64

	// Logger is told of problems that an operator can solve and that no call returns as an error.
	// If it is nil, that is slog.Default().
	Logger *slog.Logger

	// Committed is called after each transaction of appends, one after the other, when the
	// appends have their outcomes. The next transaction waits for it, so it should be quick: it
	// should only count. It may be nil. A [Trace] tells what a single decision did.
	Committed func(Batch)

	// Trace is called when a decision on the store begins, also one in a transaction, with the
	// context of the decision. The decision runs the hooks that it returns after those of the
	// context, see [WithTrace]. It may be nil, and it may return nil. A log that wraps the store
	// is not the store: decisions on it have the traces of their contexts only.
	Trace func(ctx context.Context) *Trace
}

func (o Options) logger() *slog.Logger { return cmp.Or(o.Logger, slog.Default()) }

// A Batch describes a transaction that appends shared. Its times show where an append spends its
// time. If a transaction had to be tried again, they are sums.
type Batch struct {
	Appends   int   // how many shared the transaction
	Events    int   // how many of their events are stored, those of repetitions included
	Conflicts int   // how many of the appends were turned away
	Err       error // one of the errors of those that failed for another reason, or nil

	Trips  int           // round trips: 1 if nothing was in the way, otherwise 2, or 3 if one trip was tried first
	Waited time.Duration // of the append that came first, before the transaction began
	Locked time.Duration // until the append lock was free
	Check  time.Duration // to check the conditions, without Locked; 0 in one trip
	Store  time.Duration // to insert and commit; in one trip the check is part of it
}

// ended counts the outcome of an append.
func (b *Batch) ended(r *request, o outcome) {
	switch {
	case o.err == nil && !r.gone:
		b.Events += len(r.events)
	case errors.Is(o.err, ErrConflict):
		b.Conflicts++
	case o.err != nil:
		b.Err = o.err
	}
}
