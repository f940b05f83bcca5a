package dcb

import (
	"cmp"
	"errors"
	"log/slog"
	"time"
)

// Options say how a store is to be, see [Open]. The zero value will do.
type Options struct {
	// Memory bounds what the store remembers of the events that decisions have read, in
	// bytes. 0 stands for 64 MiB, and a negative number turns it off. Decisions are the same
	// with any bound: each of them asks the database in any case, for what is new. It takes a
	// log that nobody edits: an event that is changed or deleted by hand may be remembered as
	// it was.
	Memory int64

	// Logger is told of what an operator can do something about and what no error of a call
	// says. If it is nil, that is slog.Default().
	Logger *slog.Logger

	// Committed is told of each transaction of appends when it has ended, one after the
	// other, after those who append have their answers. The next transaction waits for it, so
	// it should be quick, as counting is. Nil tells nobody. What a single decision did is told
	// by a [Trace].
	Committed func(Batch)
}

func (o Options) logger() *slog.Logger { return cmp.Or(o.Logger, slog.Default()) }

// A Batch is what became of the appends that shared a transaction. Its times are for
// measuring: they say where an append spends its time. If a transaction had to be tried again,
// they are sums.
type Batch struct {
	Appends   int   // how many shared the transaction
	Events    int   // how many events of theirs are stored; those of a repetition are, too
	Conflicts int   // how many of the appends were turned away
	Err       error // one of the errors of those that failed for another reason, or nil

	Trips  int           // round trips: 1 if nobody was in the way, else 2, or 3 if that was tried in vain
	Waited time.Duration // of the append that came first, before the transaction began
	Locked time.Duration // until the append lock was free
	Check  time.Duration // to check the conditions, without Locked; 0 in one trip
	Store  time.Duration // to insert and commit; in one trip the check is part of it
}

// ended counts what became of an append.
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
