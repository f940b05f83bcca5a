package nearby

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
)

// A standby is one that may be read from.
type standby struct {
	name    string
	primary *pgxpool.Pool
	pool    *pgxpool.Pool
	log     atomic.Pointer[dcb.Store] // nil until the standby is used for the first time
	logger  *slog.Logger
	waiting atomic.Int32  // how many wait for a place
	hurry   chan struct{} // asks for a look at once
	pooled  atomic.Bool   // a connection pooler that shares sessions stands in front of it

	// Of the goroutine that looks.
	compared time.Time // when it was last compared with the primary
	seen     []sight   // of the primary, what the standby has not reached yet

	mu    sync.Mutex
	state state
}

// A state is what the last look has found.
type state struct {
	State
	place Place              // up to which the standby has replayed
	inUse context.Context    // nil if the standby is not used
	lose  context.CancelFunc // ends inUse
}

// A sight says where the primary was at a time.
type sight struct {
	at    time.Time
	place Place
}

func (one *standby) now() state {
	one.mu.Lock()
	defer one.mu.Unlock()
	return one.state
}

// choose returns a context that reads from the standby, and that ends when the standby is lost. If
// there is none, or it is lost already, the context reads from the primary.
func (one *standby) choose(ctx context.Context) (chosen context.Context, done func()) {
	var inUse context.Context
	if one != nil {
		inUse = one.now().inUse
	}
	if inUse == nil {
		return OnPrimary(ctx, "no standby can be used"), func() {}
	}
	chosen, cancel := context.WithCancel(choice{standby: one}.in(ctx))
	stop := context.AfterFunc(inUse, cancel)
	return chosen, func() {
		stop()
		cancel()
	}
}

// Both servers say which database and which log this is: the files of a cluster have an identifier,
// which a standby copies, and so have the database and its table.
const identitySQL = `(select system_identifier from pg_control_system()) || ' ' ||
	(select oid from pg_database where datname = current_database()) || ' ' || to_regclass('dcb_event')::oid`

const (
	standbySQL = `select pg_backend_pid(), pg_is_in_recovery(), ` + identitySQL + `, coalesce((pg_last_wal_replay_lsn() - '0/0')::bigint, 0),
		coalesce(e.position, 0), coalesce(e.id::text, ''), coalesce(e.recorded_at, 'epoch')
		from (select 1) as one_row_in_any_case
		left join lateral (select position, id, recorded_at from dcb_event order by position desc limit 1) as e on true`

	// What was written and not flushed yet does not reach a standby. What is visible was flushed.
	primaryPlaceSQL = `case when not pg_is_in_recovery() then (pg_current_wal_flush_lsn() - '0/0')::bigint end`

	// $1, $2 and $3 are the last event that the standby has.
	primarySQL = `select ` + identitySQL + `, ` + primaryPlaceSQL + `, coalesce((select max(position) from dcb_event), 0),
		$1 = 0 or coalesce((select id = $2::uuid and recorded_at = $3 from dcb_event where position = $1), false)`
)

// A replica is what a server that may be a standby says of itself.
type replica struct {
	isStandby bool
	identity  *string
	place     Place
	last      dcb.Checkpoint
}

// suitPooler lets a connection prepare no statements if a pooler shares sessions: they belong to a session,
// and the pooler may give us another one next time.
func (one *standby) suitPooler(_ context.Context, config *pgx.ConnConfig) error {
	if one.pooled.Load() && config.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement {
		config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	return nil
}

// ask asks the standby how it stands.
func (one *standby) ask(ctx context.Context) (now replica, err error) {
	conn, err := one.pool.Acquire(ctx)
	if err != nil {
		return now, err
	}
	defer conn.Release()
	var pid uint32
	err = conn.QueryRow(ctx, standbySQL, pgx.QueryExecModeExec).Scan(&pid, &now.isStandby, &now.identity, &now.place,
		&now.last.Position, &now.last.EventID, &now.last.RecordedAt)
	if err == nil && pid != conn.Conn().PgConn().PID() && !one.pooled.Swap(true) { // a pooler gives its clients process IDs of its own
		one.pool.Reset()
	}
	return now, err
}

// look finds out how the standby stands. Only one goroutine may call it at a time.
func (one *standby) look(ctx context.Context) {
	ctx, answered := context.WithTimeout(ctx, longestLook)
	defer answered()
	now, err := one.ask(ctx)
	switch {
	case err != nil:
		one.lost(ctx, whyAway(err))
		return
	case !now.isStandby:
		one.lost(ctx, "accepts writes, so it is a primary")
		return
	}
	before := one.now()
	if before.Why == "" && time.Since(one.compared) < seldom {
		before.place = now.place
		before.Lag = one.lag(now.place)
		one.set(before)
		return
	}
	found, known := one.compare(ctx, now)
	if !known { // the primary does not answer, so nothing is known about the standby that was not before
		return
	}
	if found.Why == "" && one.log.Load() == nil {
		log, err := dcb.Open(ctx, one.pool, dcb.Options{Logger: one.logger})
		if err != nil {
			found.Why = "can't be read: " + err.Error()
		} else {
			one.log.Store(log)
		}
	}
	if found.Why != "" {
		one.lost(ctx, found.Why)
		return
	}
	one.use(ctx, found, now.place)
}

// compare compares the standby with the primary. known is false if the primary does not answer.
func (one *standby) compare(ctx context.Context, now replica) (found State, known bool) {
	var identity *string
	var place *Place
	var head int64
	var hasLast bool
	id := now.last.EventID
	if id == "" {
		id = "00000000-0000-0000-0000-000000000000" // which is not compared
	}
	err := one.primary.QueryRow(ctx, primarySQL, now.last.Position, id, now.last.RecordedAt).Scan(&identity, &place, &head, &hasLast)
	if err != nil || place == nil {
		return found, false
	}
	one.compared = time.Now()
	found.Events = max(0, head-now.last.Position)
	switch {
	case identity == nil || now.identity == nil || *identity != *now.identity:
		found.Why = "is a standby of another database than the one that DATABASE_URL names"
	case !hasLast || now.place > *place:
		found.Why = "has another history than the primary, as after a failover: make it again from the primary"
	default:
		one.sees(*place)
		if found.Lag = one.lag(now.place); found.Lag > LongestLag {
			found.Why = "is more than " + LongestLag.String() + " behind the primary"
		}
	}
	return found, true
}

// mostSights bounds what is remembered of a primary whose standby is far behind.
const mostSights = 100

// sees notes where the primary is now.
func (one *standby) sees(place Place) {
	n := len(one.seen)
	switch {
	case n > 0 && place < one.seen[n-1].place: // the primary is another one
		one.seen = []sight{{one.compared, place}}
	case n == mostSights:
		one.seen[n-1].place = place // it keeps the time, which makes the lag too long rather than too short
	default:
		one.seen = append(one.seen, sight{one.compared, place})
	}
}

// lag returns since when the primary has been at a place that the standby has not reached.
func (one *standby) lag(place Place) time.Duration {
	one.seen = slices.DeleteFunc(one.seen, func(s sight) bool { return s.place <= place })
	if len(one.seen) == 0 {
		return 0
	}
	return time.Since(one.seen[0].at)
}

// whyAway says why a server does not answer a look.
func whyAway(err error) string {
	const undefinedTable = "42P01"
	e, answers := errors.AsType[*pgconn.PgError](err)
	switch {
	case answers && e.Code == undefinedTable:
		return "has no log: it is a server of another database than the one that DATABASE_URL names"
	case answers:
		return "does not tell how far it is: " + e.Message
	default:
		return "can't be reached"
	}
}

// use notes that the standby is used, and how far it is.
func (one *standby) use(ctx context.Context, found State, place Place) {
	before := one.now()
	next := state{State: found, place: place, inUse: before.inUse, lose: before.lose}
	if next.inUse == nil {
		next.inUse, next.lose = context.WithCancel(context.Background())
		one.logger.InfoContext(ctx, "pages are read from a standby", "standby", one.name)
	}
	one.set(next)
}

// lost notes that the standby is not used, and ends what reads from it.
func (one *standby) lost(ctx context.Context, why string) {
	before := one.now()
	if errors.Is(ctx.Err(), context.Canceled) { // nobody wants to know any more
		return
	}
	if before.Why != why { // before it is set: whoever sees the reason finds it in the log, too
		one.logger.WarnContext(ctx, "pages are not read from this standby", "standby", one.name, "why", "it "+why)
	}
	one.set(state{State: State{Why: why}})
	if before.lose != nil {
		before.lose()
		one.pool.Reset() // its connections may lead to a server that is silent
	}
}

func (one *standby) set(next state) {
	one.mu.Lock()
	defer one.mu.Unlock()
	one.state = next
}

// close ends what reads from the standby, and closes its pool.
func (one *standby) close() {
	if before := one.now(); before.lose != nil {
		before.lose()
	}
	if log := one.log.Load(); log != nil {
		log.Close()
	}
	one.pool.Close()
}
