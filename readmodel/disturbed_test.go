package readmodel_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// A rebuild that fails, wherever that is, says so, and pages show what they did before.
func TestARebuildThatFailsAtAnyStatementChangesNothingThatPagesShow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.append(anything(chance(t), 60)...)
	want := b.projected()
	model, breaks := New(breaking(t, b.url)), &breakage{}
	for {
		err := model.Rebuild(breaks.again(t.Context()), b.log, logger(t), silent)
		require.Equal(t, want, b.tables())
		serving, _ := b.generation()
		if !breaks.broke {
			require.NoError(t, err)
			require.Equal(t, 2, serving)
			require.Greater(t, len(breaks.broken), 15)
			return
		}
		require.ErrorIs(t, err, context.Canceled, "%s", breaks.last)
		require.Equal(t, 1, serving, "%s", breaks.last)
	}
}

// The same is true of what goes wrong outside of the rebuild, when it begins to fill the new
// generation, or when that is filled and about to serve.
func TestARebuildThatIsDisturbedChangesNothingThatPagesShow(t *testing.T) {
	t.Parallel()
	closes := func(b *bench) { b.log.Close() }
	more := courses.CourseRenamed{Course: "algebra", NewTitle: "Linear Algebra"}
	for name, test := range map[string]struct {
		filled   bool // or it begins to fill
		disturbs func(b *bench)
		want     string // the error
	}{
		"by the end of the log, at the begin": {false, closes, "the event store is closed, or its log is another one"},
		"by the end of the log, at the end": {true, func(b *bench) {
			b.happen(more) // which the new generation has to take in
			b.catchUp()
			b.log.Close()
		}, "let the new generation serve: the event store is closed, or its log is another one"},
		"by who changes a table": {true, func(b *bench) {
			b.happen(more)
			b.catchUp()
			b.exec(`alter table read_course rename column capacity to seats`)
		}, `let the new generation serve: load what changes: ERROR: column "capacity" does not exist (SQLSTATE 42703)`},
		"by who clears away the new generation": {true, func(b *bench) {
			b.exec(`delete from read_generation where not serving`)
		}, "let the new generation serve: somebody else has gone on from this checkpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
			end := b.project()
			b.catchUp()
			disturbed := false
			err := b.rebuild(func(done, total int64) {
				if !disturbed && test.filled == (done == total) {
					disturbed = true
					test.disturbs(b)
				}
			})
			end()
			require.EqualError(t, err, test.want)
			serving, _ := b.generation()
			require.Equal(t, 1, serving)
		})
	}

	b := newBench(t)
	b.log.Close()
	require.Error(t, b.rebuild(silent), "there is no log, not even an empty one")
	b.pool.Close()
	require.Error(t, b.rebuild(silent), "there is no connection")
}

func (b *bench) exec(sql string) {
	b.t.Helper()
	_, err := b.pool.Exec(b.t.Context(), sql)
	require.NoError(b.t, err)
}

func TestARebuildThatCannotClearAwayServesAllTheSame(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	b.projected()
	var said lines
	logger := slog.New(slog.NewTextHandler(&said, nil))
	require.NoError(t, b.model.Rebuild(t.Context(), b.log, logger, func(done, total int64) {
		if done == total {
			_, err := b.pool.Exec(t.Context(), `alter table read_unread rename to elsewhere`)
			require.NoError(t, err)
		}
	}))
	require.Contains(t, said.String(), "the tables that were replaced are still there")
	serving, _ := b.generation()
	require.Equal(t, 2, serving)
}
