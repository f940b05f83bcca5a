package readmodel_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	. "go-crablet/readmodel"
)

// aWhile is how long a test waits for something before it fails. It says nothing about speed.
const aWhile = time.Minute

// interval is the pause between two looks.
const interval = 5 * time.Millisecond

// A bench is a log and the tables made of it, in a new database.
type bench struct {
	t     testing.TB
	url   string
	pool  *pgxpool.Pool
	log   *dcb.Store
	model *Model
}

func newBench(t testing.TB, facts ...dcb.Fact) *bench {
	t.Helper()
	return openBench(t, pgtest.URL(t), facts...)
}

func openBench(t testing.TB, url string, facts ...dcb.Fact) *bench {
	t.Helper()
	b := &bench{t: t, url: url}
	var err error
	b.pool, err = pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(b.pool.Close)
	b.log, err = dcb.NewEventStore(t.Context(), b.pool)
	require.NoError(t, err)
	t.Cleanup(b.log.Close)
	b.model = New(b.pool)
	if len(facts) > 0 {
		b.happen(facts...)
	}
	return b
}

// happen appends facts without a decision, and returns the position of the last one.
func (b *bench) happen(facts ...dcb.Fact) int64 {
	b.t.Helper()
	events, err := dcb.Encode(facts)
	require.NoError(b.t, err)
	return b.append(events...)
}

func (b *bench) append(events ...dcb.InputEvent) int64 {
	b.t.Helper()
	return b.appendAs("", events...)
}

// appendInTurn makes many appends of events.
func (b *bench) appendInTurn(events []dcb.InputEvent) {
	b.t.Helper()
	for some := range slices.Chunk(events, 10) {
		b.append(some...)
	}
}

// appendAs appends events with a correlation ID.
func (b *bench) appendAs(correlationID string, events ...dcb.InputEvent) int64 {
	b.t.Helper()
	ctx := dcb.WithCorrelationID(b.t.Context(), correlationID)
	position, err := b.log.AppendEvents(ctx, events, dcb.Query{}, 0)
	require.NoError(b.t, err)
	return position
}

func (b *bench) exec(sql string, args ...any) {
	b.t.Helper()
	_, err := b.pool.Exec(b.t.Context(), sql, args...)
	require.NoError(b.t, err)
}

// project runs a projector until the test or the returned function ends it.
func (b *bench) project() (end func()) { return b.projectAs(b.model, b.log, logger(b.t)) }

func (b *bench) projectAs(model *Model, log *dcb.Store, logger *slog.Logger) (end func()) {
	ctx, cancel := context.WithCancel(b.t.Context())
	var projecting sync.WaitGroup
	projecting.Go(func() { model.Project(ctx, log, logger) })
	end = func() {
		cancel()
		projecting.Wait()
	}
	b.t.Cleanup(end)
	return end
}

func logger(t testing.TB) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }

// catchUp waits until the tables show the whole log.
func (b *bench) catchUp() {
	b.t.Helper()
	_, head, err := b.log.ReadSince(b.t.Context(), dcb.Query{}, dcb.Checkpoint{})
	require.NoError(b.t, err)
	reached, err := b.model.Await(b.t.Context(), head.Position, aWhile)
	require.NoError(b.t, err)
	require.True(b.t, reached, "the tables show the log up to %d", head)
}

// projected returns the content of the tables after a projector has caught up.
func (b *bench) projected() picture {
	b.t.Helper()
	end := b.project()
	b.catchUp()
	end()
	return b.tables()
}

// tables returns the content of the generation that serves.
func (b *bench) tables() picture {
	b.t.Helper()
	var p picture
	tx, err := b.pool.BeginTx(b.t.Context(), pgx.TxOptions{IsoLevel: pgx.RepeatableRead})
	require.NoError(b.t, err)
	defer tx.Rollback(b.t.Context())
	const serving = ` where generation = (select generation from read_generation where serving) order by `
	collect(b.t, tx, &p.Courses, pgx.RowToStructByPos[Course], `select id, title, capacity, seats_taken, waiting, archived, defined_at, changed_at, listed, false from read_course`+serving+`defined_at`)
	collect(b.t, tx, &p.Students, pgx.RowToStructByPos[Student], `select id, name, courses_taken, registered_at, changed_at, listed, sealed, forgotten, false from read_student`+serving+`registered_at`)
	collect(b.t, tx, &p.Places, pgx.RowToStructByPos[heldPlace], `select student_id, course_id, waiting, since from read_place`+serving+`since`)
	require.NoError(b.t, tx.QueryRow(b.t.Context(), `select position from read_generation where serving`).Scan(&p.Position))
	return p
}

func collect[R any](t testing.TB, tx pgx.Tx, into *[]R, row pgx.RowToFunc[R], sql string) {
	t.Helper()
	rows, _ := tx.Query(t.Context(), sql)
	all, err := pgx.CollectRows(rows, row)
	require.NoError(t, err)
	*into = append(*into, all...)
}
