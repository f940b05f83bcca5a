package readmodel

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// lose deletes the events after a position, as a restore of a backup does.
func lose(t *testing.T, pool *pgxpool.Pool, after int64) {
	t.Helper()
	for _, table := range []string{"dcb_event_tag", "dcb_event"} {
		_, err := pool.Exec(t.Context(), `delete from `+table+` where position > $1`, after)
		require.NoError(t, err)
	}
}

// The log lost its end, and has other events at the same positions now. By positions alone the
// tables would show Ada's seat for ever.
func TestTheTablesAreMadeAgainWhenTheLogIsAnotherOne(t *testing.T) {
	t.Parallel()
	for _, running := range []bool{true, false} {
		pool := pgtest.New(t)
		log, model := openLog(t, pool), New(pool)
		ada := courses.StudentSubscribedToCourse{Student: "ada", Course: "algebra"}
		appended(t, log, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1},
			courses.StudentRegistered{Student: "ada", Name: "Ada"}, courses.StudentRegistered{Student: "kofi", Name: "Kofi"}, ada)
		seats := func() (names []string) {
			require.NoError(t, pool.QueryRow(t.Context(), `select coalesce(array_agg(student_id order by student_id), '{}') from read_place
				where generation = (select generation from read_generation where serving)`).Scan(&names))
			return names
		}
		reaches := func(position int64) {
			shown, err := model.Await(t.Context(), position, time.Minute)
			require.NoError(t, err)
			require.True(t, shown)
		}
		end := inBackground(t, model, log)
		reaches(4)
		require.Equal(t, []string{"ada"}, seats())
		if !running {
			end()
		}
		lose(t, pool, 3)
		appended(t, log, courses.StudentSubscribedToCourse{Student: "kofi", Course: "algebra"},
			courses.StudentRenamed{Student: "kofi", NewName: "Kofi Annan"})
		term, err := model.Ask(t.Context(), &Questions{})
		require.NoError(t, err)
		require.True(t, term.Lag() >= 0, "lag %d", term.Lag())
		if !running {
			end = inBackground(t, model, log)
		}
		reaches(5)
		require.Equal(t, []string{"kofi"}, seats())
		end()
	}
}

// The log lost its end, and is shorter now than the tables show.
func TestTheTablesAreMadeAgainWhenTheLogLostItsEnd(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	log := openLog(t, pool)
	inBackground(t, New(pool), log)
	appended(t, log, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1}, courses.StudentRegistered{Student: "ada", Name: "Ada"},
		courses.StudentSubscribedToCourse{Student: "ada", Course: "algebra"})
	shown, err := New(pool).Await(t.Context(), 3, time.Minute)
	require.NoError(t, err)
	require.True(t, shown)
	lose(t, pool, 2)
	require.Eventually(t, func() bool {
		var position, seats int64
		const asks = `select position, (select count(*) from read_place as p where p.generation = g.generation) from read_generation as g where serving`
		require.NoError(t, pool.QueryRow(t.Context(), asks).Scan(&position, &seats))
		return position == 2 && seats == 0
	}, time.Minute, firstRetry, "without the seat, which the log lost")
}

// inBackground projects until end is called.
func inBackground(t *testing.T, model *Model, log *dcb.Store) (end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		model.Project(ctx, log, slog.New(slog.NewTextHandler(t.Output(), nil)))
	}()
	end = func() {
		cancel()
		<-done
	}
	t.Cleanup(end)
	return end
}

// A projector that reads from one server and writes to another applies nothing.
func TestAStretchOfAnotherLogIsNotApplied(t *testing.T) {
	t.Parallel()
	here, elsewhere := pgtest.New(t), pgtest.New(t)
	inLog(t, here)
	seated, _ := inLog(t, elsewhere)
	_, err := begun.advanceOn(t.Context(), ownSession(t, here), seated)
	require.ErrorIs(t, err, errOtherLog)
	requireSeats(t, here, 0, 0)
}
