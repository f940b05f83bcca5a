package dcb

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Most of the time nobody is in the way of a batch: no other process appends at the same
// moment, and nothing got inside a boundary. Then nothing has to be thought about between
// the check and the insert, and one statement can be both. So the whole transaction is
// sent at once, and the log is not locked while an answer travels.
//
// It is the same append. The lock is taken in a statement of its own, though only if it is
// free; the check is the text of read.sql, and the insert that of append.sql. If the
// lock is not free, or anything else is in the way, the insert has nothing to insert.
// Nothing is stored then, and the batch takes the two round trips of [committer.try].

// takeLockIfFree takes the append lock if nobody has it, and notes whether it did. To take
// it in the statement that checks would be wrong: that one's snapshot could be older.
const takeLockIfFree = `select set_config('dcb.has_lock', (pg_try_advisory_xact_lock_shared(4919131752989213764)
	and pg_try_advisory_xact_lock(4473666, to_regclass('dcb_event')::oid::int))::text, true)`

// oneTripSQL stores the events of a whole batch, if nothing is in its way. $1 to $9 are those
// of read.sql, $10 is the highest position that is said to be known, and the others are
// those of append.sql.
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

// matchingSQL is read.sql without what it returns: head and matching are what it has found.
func matchingSQL() string {
	matching, _, _ := strings.Cut(readSQL, "----\n")
	return matching
}

var parameter = regexp.MustCompile(`\$\d+`)

// renumbered returns a statement whose parameters come behind n others.
func renumbered(sql string, n int) string {
	return parameter.ReplaceAllStringFunc(sql, func(p string) string {
		number, _ := strconv.Atoi(p[1:])
		return "$" + strconv.Itoa(number+n)
	})
}

// A trip on which somebody is in the way is a trip in vain. So after each of them twice as
// many batches take two trips before one is tried again, up to mostWary. A trip that
// succeeds takes back one doubling: among others who append all the time, now and then the
// lock is free by chance.
const mostWary = 32

// caution is how many batches take two trips.
type caution struct {
	most   int
	inVain int // trips, less those that were not
	wary   int // so many batches more take two trips
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
		// Perhaps the connection was dead from the start. That is no reason to fail.
		c.setAdrift(batch)
		c.caution.metSomebody()
		if positions, err := c.lockAndLookUp(ctx, batch); err == nil && slices.Max(positions) == 0 {
			return nil, errInTheWay
		}
	}
	return outcomes, err
}

// setAdrift marks the requests of a batch whose trip got lost. Even if a look-up finds nothing
// of it, now or later, it may still arrive: until the server has read it, it holds no lock by
// which one could tell. If the batch is stored by then, or something got inside a boundary, it
// stores nothing, for the IDs of its events are taken, or its condition does not hold. If it is
// the first to arrive, the batch meets its own events, and recognises them.
func (c *oneTrip) setAdrift(batch []*request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range batch {
		r.adrift = true
	}
}

// areStrangers reports whether no request of the batch is in the way of one behind it.
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
	conn, err := c.acquire(ctx)
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
	err = errors.Join(failed, err)
	switch {
	case err == nil && stored:
		c.caution.metNobody()
		for i, v := range verdicts {
			if v.accepted {
				verdicts[i].position = v.request.events[len(v.request.events)-1].Position
			}
		}
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

// allAccepted returns what follows for a batch if nobody is in its way. A request whose
// caller is gone is not accepted.
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

// wasNeverSent reports whether the statements of a batch could not be prepared. pgx does that
// before it sends any of them. [pgconn.SafeToRetry] does not tell: it looks at one of the
// joined errors, and that may be about what was to be done after the connection was lost.
func wasNeverSent(err error) bool {
	_, ok := errors.AsType[pgx.ErrPreprocessingBatch](err)
	return ok
}
