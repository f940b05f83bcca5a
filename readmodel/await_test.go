package readmodel_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

func TestAwaitWaitsForAPositionOnEveryInstance(t *testing.T) {
	t.Parallel()
	one := newBench(t)
	another := openBench(t, one.url)
	one.project()
	for range 20 {
		position := one.happen(courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1})
		reached, err := another.model.Await(t.Context(), position, aWhile)
		require.NoError(t, err)
		require.True(t, reached)
		require.GreaterOrEqual(t, another.tables().Position, position)
	}
}

func TestAwaitReturnsFalseWhenPatienceIsOver(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	position := b.happen(courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1})
	began := time.Now()
	reached, err := b.model.Await(t.Context(), position, 50*time.Millisecond)
	require.NoError(t, err)
	require.False(t, reached, "nobody projects")
	require.GreaterOrEqual(t, time.Since(began), 50*time.Millisecond)

	reached, err = b.model.Await(t.Context(), 0, 0)
	require.NoError(t, err)
	require.True(t, reached, "a position that is there needs no patience")

	b.exec(`update read_generation set serving = false`)
	reached, err = b.model.Await(t.Context(), position, time.Millisecond)
	require.NoError(t, err)
	require.False(t, reached, "nothing serves")
}

func TestAwaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	_, err := b.model.Await(ctx, 1, aWhile)
	require.ErrorIs(t, err, context.Canceled)
}

func TestAwaitReportsAnOutage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.pool.Close()
	_, err := b.model.Await(t.Context(), 1, aWhile)
	require.ErrorContains(t, err, "closed pool")
}

// The tables may be missing, or be those of an older program.
func TestAwaitSaysHowMissingTablesAreMade(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const how = `run "webapp rebuild", which makes the tables that pages show`
	for _, missing := range []string{`alter table read_generation drop column recorded_at`, `drop table read_generation`} {
		b.exec(missing)
		_, err := b.model.Await(t.Context(), 1, aWhile)
		require.ErrorContains(t, err, how, missing)
		require.NoError(t, b.rebuild(silent))
		_, err = b.model.Await(t.Context(), 0, aWhile)
		require.NoError(t, err)
	}
	b.exec(`alter table read_generation alter column generation type text`)
	_, err := b.model.Await(t.Context(), 1, aWhile)
	require.Error(t, err)
	require.NotContains(t, err.Error(), how, "it would not help")
}
