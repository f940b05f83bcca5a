package e2e

import (
	"context"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab"
	"go-crablet/receipt"
	"go-crablet/web/race"
	"go-crablet/workshop/see"
	retry "go-crablet/workshop/steps/06-retry"
)

// onStreams is a model that guards the stream of the course only, so it lets a student take too many
// courses, and a new title turns it away.
type onStreams struct{ courses.SubscribeStudent }

func (m onStreams) Decide(ctx context.Context, log dcb.Log) error {
	return m.SubscribeStudent.Decide(ctx, lab.Streams(log))
}

// A race of a model that is not the application's, and its receipts, on every screen.
func TestTheRaceOfAGuestOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	pool, err := pgxpool.New(t.Context(), site.databaseURL)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	ada := site.student("ada", "Ada")

	cast := lab.Cast{Collector: lab.Electives, Quiet: 5}
	wrong := see.Commands("mine/10-exact", func(student courses.StudentID, course courses.CourseID) dcb.Command {
		return onStreams{courses.SubscribeStudent{Student: student, Course: course}}
	}, cast)
	beside, err := wrong.RaceBeside(t.Context(), pool)
	require.NoError(t, err)
	right := see.SeatTakers("mine/06-retry", retry.TakeSeat, retry.ErrFull, lab.Cast{Rush: 12, Seats: 5})
	onLog, err := right.Race(t.Context(), store, race.GuestRecorder(receipt.NewStore(pool), slog.Default(), right.Model))
	require.NoError(t, err)
	for name, replay := range map[string]lab.Replay{"guest-beside": beside, "guest-on-the-log": onLog} {
		require.NoError(t, lab.NewStore(pool).SaveRace(t.Context(), replay))
		ada.Goto(site.url + "/race/" + replay.ID)
		ada.isFineOnEveryScreen(name)
		assert.Contains(t, ada.reads(), replay.Result.Sentence)
		assert.Zero(t, ada.Count(`form[action="/race"]`), "the application can't run it again")
	}
	ada.Goto(site.url + "/race/" + onLog.ID)
	ada.Follow("a.lane__end.state--refused")
	ada.isFineOnEveryScreen("guest-receipt")
	assert.Contains(t, ada.reads(), "Decided by the rules of mine/06-retry")
	ada.Goto(site.url + "/race")
	ada.isFineOnEveryScreen("guest-list")
	assert.Contains(t, ada.reads(), "20 contenders by the rules of mine/10-exact")
	assert.Empty(t, ada.Complaints())
}
