package dcb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Most of the time nothing is in the way of a batch: no other process appends at the same
// moment, and no event got inside a boundary. Then there is nothing to decide between the check
// and the insert, and one statement can do both. So the whole transaction is sent at once, and
// the log is not locked while an answer travels.
//
// It is the same append. The lock is taken in a statement of its own, but only if it is
// free. The check is the text of read.sql, and the insert is the text of append.sql. If the
// lock is not free, or anything else is in the way, the insert inserts no rows.
// Nothing is stored then, and the batch takes the two round trips of [committer.try].

// takeLockIfFree takes the append lock if it is free, and notes whether it did. The statement
// that checks must not take it: its snapshot could be older than the lock.
const takeLockIfFree = `select set_config('dcb.has_lock', (pg_try_advisory_xact_lock_shared(4919131752989213764)
	and pg_try_advisory_xact_lock(4473666, to_regclass('dcb_event')::oid::int))::text, true)`

// oneTripSQL stores the events of a whole batch, if nothing is in its way. $1 to $9 are those
// of read.sql, $10 is the highest known position of the batch, and the others are those of
// append.sql.
var oneTripSQL = matchingSQL() + `
, base as (
    select coalesce(head.position, 0) as position
    from head
    where current_setting('dcb.has_lock') = 'true'
      and head.unlike is null
      and coalesce(head.position, 0) >= $10::bigint
      and not exists (select from matching)
),
` + renumbered(storeSQL, 10)

// matchingSQL is read.sql up to the line of dashes. It defines head and matching.
func matchingSQL() string {
	matching, _, _ := strings.Cut(readSQL, "----\n")
	return matching
}

var parameter = regexp.MustCompile(`\$\d+`)

// renumbered returns a statement with its parameters renumbered to follow n others.
func renumbered(sql string, n int) string {
	return parameter.ReplaceAllStringFunc(sql, func(p string) string {
		number, _ := strconv.Atoi(p[1:])
		return "$" + strconv.Itoa(number+n)
	})
}

// A trip that meets something in its way is lost time. So after each of them twice as many
// batches take two trips before one trip is tried again, up to mostWary. A trip that
// succeeds takes back one doubling only: even where other processes append all the time, the lock
// is free now and then.
const mostWary = 32

// caution counts how many batches take two trips.
type caution struct {
	most   int
	inVain int // trips that met something in their way, less those that succeeded
	wary   int // this many more batches take two trips
}

func (c *caution) metSomebody() {
	c.wary = min(1<<c.inVain, c.most) - 1
	if c.wary+1 < c.most {
		c.inVain++
	}
}

func (c *caution) metNobody() { c.inVain = max(0, c.inVain-1) }

// isWary reports whether the next batch takes two trips.
func (c *caution) isWary() bool {
	if c.wary > 0 {
		c.wary--
		return true
	}
	return false
}

// oneTrip is the [shortcut] of a committer.
type oneTrip struct {
	*committer
	caution caution
}

// commit commits the batch in one round trip if nobody is in its way. Without an error,
// every request has its outcome.
func (c *oneTrip) commit(ctx context.Context, batch []*request) ([]outcome, error) {
	if c.caution.isWary() || !areStrangers(batch) {
		return nil, errInTheWay
	}
	outcomes, err := c.sendInOneTrip(ctx, batch)
	if errors.Is(err, ErrUnknownOutcome) {
		// Perhaps the connection was dead from the start, and two trips on another one succeed.
		c.setAdrift(batch)
		c.caution.metSomebody()
		if positions, err := c.lockAndLookUp(ctx, batch); err == nil && slices.Max(positions) == 0 {
			return nil, errInTheWay
		}
	}
	return outcomes, err
}

// setAdrift marks the requests of a batch whose trip got lost. Even if a look-up finds none of
// its events, the trip may still arrive: it holds no lock until the server has read it, so
// nothing tells of it. If the batch is stored by then, the late trip stores nothing, because the
// IDs of its events are taken; nor if its condition does not hold any more. If the late trip
// arrives first, the batch meets its own events, and recognises them.
func (c *oneTrip) setAdrift(batch []*request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range batch {
		r.adrift = true
	}
}

// areStrangers reports whether no request of the batch is in the way of a later one.
func areStrangers(batch []*request) bool {
	var before []*Event
	for _, r := range batch {
		if slices.ContainsFunc(before, func(e *Event) bool { return r.query.Matches(*e) }) {
			return false
		}
		for i := range r.asked {
			before = append(before, &r.asked[i])
		}
	}
	return true
}

func (c *oneTrip) sendInOneTrip(ctx context.Context, batch []*request) ([]outcome, error) {
	conn, err := acquire(ctx, c.pool)
	if err != nil {
		return nil, err
	}
	defer conn.Release()

	c.send(batch)
	ctx, answered := context.WithTimeout(context.WithoutCancel(ctx), longestStep)
	defer answered()
	verdicts, accepted := allAccepted(batch)
	trip := tripOf(begin, setPlan, setBounds, takeLockIfFree)
	notify := c.notifies()
	trip.Queue(oneTripSQL, slices.Concat(guard(batch), toStore(verdicts, notify))...)
	trip.Queue(commit)
	defer c.trip(&c.batch.Store)()
	results := conn.SendBatch(ctx, trip)
	failed := skip(results, 4)
	stored, err := receiveCommit(results, accepted, notify)
	err = cmp.Or(failed, err)
	switch {
	case err == nil && stored:
		c.caution.metNobody()
		return outcomesOf(verdicts), nil
	case err == nil:
		c.takeBack(batch)
		c.caution.metSomebody()
		return nil, errInTheWay
	case isServerError(err):
		c.takeBack(batch)
		_, _ = conn.Exec(ctx, rollback) // if that fails too, the connection is not used again
		return nil, err
	case wasNeverSent(err):
		c.takeBack(batch)
		resetIfSilent(ctx, c.pool)
		return nil, fmt.Errorf("%w: %w", errLost, err)
	default:
		resetIfSilent(ctx, c.pool)
		return nil, fmt.Errorf("%w: %w", ErrUnknownOutcome, err)
	}
}

// allAccepted is the judgement of a batch if nothing is in its way. Only a request whose caller
// is gone is not accepted.
func allAccepted(batch []*request) (verdicts []verdict, accepted []*Event) {
	for _, r := range batch {
		r.events, r.replaced = r.asked, false
		v := verdict{request: r, accepted: !r.gone}
		if v.accepted {
			for i := range r.events {
				accepted = append(accepted, &r.events[i])
			}
		}
		verdicts = append(verdicts, v)
	}
	return verdicts, accepted
}

// guard returns the first ten parameters of oneTripSQL.
func guard(batch []*request) []any {
	questions, known := asked(batch)
	var highest int64
	for _, q := range questions {
		highest = max(highest, q.after)
	}
	args := asSQL(questions, toTheEnd, bounds{events: 1}, named(known...))
	return append(args[:9:9], highest)
}

// wasNeverSent reports whether preparing the statements of a batch failed. pgx does that before
// it sends any of them. [pgconn.SafeToRetry] does not tell: it looks at one of the joined
// errors, which may be of a step after the connection was lost.
func wasNeverSent(err error) bool {
	_, ok := errors.AsType[pgx.ErrPreprocessingBatch](err)
	return ok
}
