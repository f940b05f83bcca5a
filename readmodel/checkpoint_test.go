package readmodel

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// inLog appends two stretches to the log in the pool's database: in one Ada takes the only
// seat of a course, and in the other she gives it back.
func inLog(t *testing.T, pool *pgxpool.Pool) (seated, left stretch) {
	t.Helper()
	log := openLog(t, pool)
	return appended(t, log, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1},
			courses.StudentRegistered{Student: "ada", Name: "Ada"},
			courses.StudentSubscribedToCourse{Student: "ada", Course: "algebra"}),
		appended(t, log, courses.StudentUnsubscribedFromCourse{Student: "ada", Course: "algebra"})
}

func openLog(t *testing.T, pool *pgxpool.Pool) *dcb.Store {
	t.Helper()
	log, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(log.Close)
	return log
}

// appended appends facts, and returns them as a stretch of the log.
func appended(t *testing.T, log *dcb.Store, facts ...dcb.Fact) stretch {
	t.Helper()
	before, err := log.Head(t.Context())
	require.NoError(t, err)
	events, err := dcb.Encode(facts)
	require.NoError(t, err)
	_, err = log.AppendEvents(t.Context(), events, dcb.Query{}, 0)
	require.NoError(t, err)
	stored, head, err := log.ReadSince(t.Context(), dcb.AllEvents(), before)
	require.NoError(t, err)
	return decode(dcb.Progress{Events: stored, Checkpoint: head})
}

// begun is the checkpoint of the generation that serves empty tables.
var begun = checkpoint{generation: 1, serving: true}

func TestACheckpointMovesOnceWhenTwoUseItInTurn(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	seated, left := inLog(t, pool)
	one, err := begun.advanceOn(t.Context(), ownSession(t, pool), seated)
	require.NoError(t, err)
	require.Equal(t, checkpoint{Checkpoint: seated.end, generation: 1, serving: true}, one)
	_, err = one.advanceOn(t.Context(), ownSession(t, pool), left)
	require.NoError(t, err)

	for _, old := range []checkpoint{begun, one} {
		_, err = old.advanceOn(t.Context(), ownSession(t, pool), stretch{end: left.end, facts: seated.facts})
		require.ErrorIs(t, err, errOvertaken)
	}
	requireSeats(t, pool, 4, 0)
}

func TestACheckpointMovesOnceWhenTwoUseItAtOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	seated, _ := inLog(t, pool)
	first, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer first.Rollback(t.Context())
	_, err = begun.advance(t.Context(), first, seated)
	require.NoError(t, err)

	second := make(chan error)
	conn := ownSession(t, pool)
	go func() {
		_, err := begun.advanceOn(t.Context(), conn, seated)
		second <- err
	}()
	require.Eventually(t, func() bool { return waitsForLock(t, pool) }, time.Minute, firstRetry, "the second waits for the first")
	require.NoError(t, first.Commit(t.Context()))
	require.ErrorIs(t, <-second, errOvertaken)
	requireSeats(t, pool, 3, 1)
}

func TestACheckpointMovesWhileItsGenerationServes(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	seated, _ := inLog(t, pool)
	for _, swap := range []string{
		`update read_generation set serving = false`,
		`insert into read_generation (generation, serving) values (2, true)`,
	} {
		_, err := pool.Exec(t.Context(), swap)
		require.NoError(t, err)
	}
	_, err := begun.advanceOn(t.Context(), ownSession(t, pool), seated)
	require.ErrorIs(t, err, errOvertaken)
	requireSeats(t, pool, 0, 0)
}

func TestACheckpointMovesWithItsRowsOrNotAtAll(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	seated, _ := inLog(t, pool)
	_, err := pool.Exec(t.Context(), `alter table read_place add constraint nobody_sits check (waiting)`)
	require.NoError(t, err)
	_, err = begun.advanceOn(t.Context(), ownSession(t, pool), seated)
	require.ErrorContains(t, err, "nobody_sits")
	requireSeats(t, pool, 0, 0)
}

func TestACheckpointStaysWhenRowsCannotBeLoaded(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	seated, left := inLog(t, pool)
	c, err := begun.advanceOn(t.Context(), ownSession(t, pool), seated)
	require.NoError(t, err)
	for table, column := range map[string]string{"read_course": "capacity", "read_student": "courses_taken", "read_place": "since"} {
		change := `alter table ` + table + ` alter column ` + column
		_, err := pool.Exec(t.Context(), change+` type text`)
		require.NoError(t, err)
		_, err = c.advanceOn(t.Context(), ownSession(t, pool), left)
		require.ErrorContains(t, err, "load what changes: can't scan", table)
		_, err = pool.Exec(t.Context(), change+` type bigint using `+column+`::bigint`)
		require.NoError(t, err)
	}
	requireSeats(t, pool, 3, 1)
}

func TestACheckpointMovesUnderReadCommitted(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	seated, left := inLog(t, pool)
	conn := ownSession(t, pool)
	_, err := conn.Exec(t.Context(), `set default_transaction_isolation = 'serializable'`)
	require.NoError(t, err)
	c, err := begun.advanceOn(t.Context(), conn, seated)
	require.NoError(t, err)
	var level string
	_, err = conn.Exec(t.Context(), `create table level as select '' as name; create function note_level() returns trigger language plpgsql as
		$$ begin update level set name = current_setting('transaction_isolation'); return null; end $$;
		create trigger note after update on read_generation execute function note_level()`)
	require.NoError(t, err)
	_, err = c.advanceOn(t.Context(), conn, left)
	require.NoError(t, err)
	require.NoError(t, conn.QueryRow(t.Context(), `select name from level`).Scan(&level))
	require.Equal(t, "read committed", level)
}

// advanceOn calls advance in a transaction.
func (c checkpoint) advanceOn(ctx context.Context, conn *pgx.Conn, s stretch) (next checkpoint, err error) {
	err = change(ctx, conn, func(ctx context.Context, tx pgx.Tx) error {
		next, err = c.advance(ctx, tx, s)
		return err
	})
	return next, err
}

func ownSession(t *testing.T, pool *pgxpool.Pool) *pgx.Conn {
	t.Helper()
	conn, err := New(pool).ownConnection(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { closeConnection(conn) })
	return conn
}

func waitsForLock(t *testing.T, pool *pgxpool.Pool) (waits bool) {
	t.Helper()
	const asks = `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`
	require.NoError(t, pool.QueryRow(t.Context(), asks).Scan(&waits))
	return waits
}

// requireSeats requires that the tables have this checkpoint and this number of seats.
func requireSeats(t *testing.T, pool *pgxpool.Pool, position int64, seats int) {
	t.Helper()
	var gotPosition int64
	var gotSeats, counted int
	const asks = `select (select max(position) from read_generation), (select count(*) from read_place), (select coalesce(sum(seats_taken), 0) from read_course)`
	require.NoError(t, pool.QueryRow(t.Context(), asks).Scan(&gotPosition, &gotSeats, &counted))
	require.Equal(t, position, gotPosition)
	require.Equal(t, seats, gotSeats)
	require.Equal(t, seats, counted)
}

// Everybody who sends a form waits for the projector.
func TestAStretchIsAppliedInTwoRoundTrips(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	seated, _ := inLog(t, pool)
	config := pool.Config()
	trips := &tripCounter{}
	config.ConnConfig.Tracer = trips
	counted, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(counted.Close)
	require.NoError(t, change(t.Context(), ownSession(t, counted), func(ctx context.Context, tx pgx.Tx) error {
		trips.n = 0
		_, err := begun.advance(ctx, tx, seated)
		return err
	}))
	require.Equal(t, 2+1, trips.n, "with the commit")
	requireSeats(t, pool, 3, 1)
}

// A tripCounter counts the round trips of a connection.
type tripCounter struct{ n int }

func (c *tripCounter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n++
	return ctx
}

func (c *tripCounter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	c.n++
	return ctx
}

func (*tripCounter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)     {}
func (*tripCounter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (*tripCounter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}
