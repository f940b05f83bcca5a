package dcb

import (
	"cmp"
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// InTx returns the log as a transaction of the caller sees it, and appends to it in that
// transaction. So events are stored together with the other changes of the transaction, or
// not at all:
//
//	tx, err := pool.Begin(ctx)
//	…
//	err = dcb.Decide(ctx, store.InTx(tx), boundary, decide)
//	…
//	err = tx.Commit(ctx)
//
// The transaction has to be at read committed, which is PostgreSQL's default: an append at
// any other level is refused by an [InputError].
//
// From the append on, even if it is a conflict, the transaction holds the append lock, so
// no other append succeeds until it ends. Append last, and commit at once: the server closes a
// connection that is idle for four seconds then. The append does not share its commit with
// others, and it is not tried again when the connection is lost. Whether the commit
// succeeded is for the caller to find out, by [Store.Find] for example. A transaction that is
// repeated with the same events and IDs finds that they are stored: see [Store.AppendEvents].
//
// Use the log from one goroutine at a time, as the transaction.
func (s *Store) InTx(tx pgx.Tx) Log { return s.inTx(tx) }

func (s *Store) inTx(tx pgx.Tx) *txLog {
	l := &txLog{tx: tx, notifies: s.committer.notifies, trace: s.trace}
	l.reader = reader{open: s.open, send: l.query}
	return l
}

type txLog struct {
	reader
	tx       pgx.Tx
	notifies func() bool
	trace    func(context.Context) *Trace // that of the store
}

// A statement of this package changes settings of the transaction. They are kept aside and put
// back afterwards, for the statements of the caller.
const (
	ofSettings   = ` from unnest(array['plan_cache_mode', 'enable_bitmapscan', 'enable_seqscan', 'jit', 'lock_timeout']) as name`
	keepSettings = `select set_config('dcb.' || name, current_setting(name), true)` + ofSettings
	putBack      = `select set_config(name, current_setting('dcb.' || name), true)` + ofSettings
)

func (l *txLog) query(ctx context.Context, statement string, args []any, answer func(pgx.BatchResults) error) error {
	trip := tripOf(keepSettings, setPlan)
	trip.Queue(statement, args...)
	trip.Queue(putBack)
	results := l.tx.SendBatch(ctx, trip)
	return cmp.Or(skip(results, 2), answer(results), skip(results, 1), results.Close())
}

// AppendAfter implements [Log].
func (l *txLog) AppendAfter(ctx context.Context, events []InputEvent, query Query, known Checkpoint) (int64, error) {
	position, err := l.append(ctx, events, query, known)
	if err != nil {
		return 0, fmt.Errorf("append events: %w", err)
	}
	return position, nil
}

// append is the append of [committer.try], in two trips, for one request.
func (l *txLog) append(ctx context.Context, events []InputEvent, query Query, known Checkpoint) (int64, error) {
	if err := cmp.Or(l.open(), CheckAppend(ctx, events, query, known), l.checkLevel(ctx)); err != nil {
		return 0, err
	}
	r := &request{}
	r.fill(ctx, events, query, known)
	found, repeated, err := l.lockAndCheck(ctx, r)
	if err != nil || repeated > 0 {
		return repeated, cmp.Or(err, l.putBack(ctx))
	}
	verdicts, accepted := judge([]*request{r}, found, nil)
	var trip pgx.Batch
	if len(accepted) > 0 {
		trip.Queue(appendSQL, append(toStore(verdicts, l.notifies()), found.head.Position)...)
	}
	trip.Queue(putBack)
	if err := l.tx.SendBatch(ctx, &trip).Close(); err != nil {
		return 0, err
	}
	became := verdicts[0].outcome()
	return became.position, became.err
}

// checkLevel refuses a transaction at another level than read committed. There the check would
// look at the log as it was before the lock was granted.
func (l *txLog) checkLevel(ctx context.Context) error {
	var level string
	if err := l.tx.QueryRow(ctx, `select current_setting('transaction_isolation')`).Scan(&level); err != nil {
		return err
	}
	if level != "read committed" {
		return inputErrorf("the transaction is at %s, where an append can't see what was committed a moment ago: begin it at read committed", level)
	}
	return nil
}

// lockAndCheck is [committer.check] for one request. If one append has stored its events already,
// repeated is the position of the last one.
func (l *txLog) lockAndCheck(ctx context.Context, r *request) (answer found, repeated int64, err error) {
	questions, known := asked([]*request{r})
	known = named(known...)
	trip := tripOf(keepSettings, setPlan, setBounds, takeLock)
	trip.Queue(readSQL, asSQL(questions, toTheEnd, bounds{events: maxMeanwhile, bytes: maxMeanwhileBytes}, known)...)
	r.events = r.asked
	queueLookUp(trip, []*request{r})
	results := l.tx.SendBatch(ctx, trip)
	err = skip(results, 4)
	answer, foundErr := findings(results, 1, maxMeanwhile, known)
	positions, lookErr := lookedUp(results, []*request{r})
	if err := cmp.Or(err, foundErr, lookErr, results.Close()); err != nil {
		return found{}, 0, err
	}
	return answer, positions[0], nil
}

// putBack puts the settings of the caller back.
func (l *txLog) putBack(ctx context.Context) error {
	_, err := l.tx.Exec(ctx, putBack)
	return err
}
