package standing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
	. "go-crablet/standing"
)

func TestThePulseCountsTheReceiptsOfTheLastMinutes(t *testing.T) {
	t.Parallel()
	for _, mode := range pgtest.ExecModes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			pool := on(t, pgtest.WithExecMode(pgtest.URL(t), mode))
			moments, err := Pulse(t.Context(), pool)
			require.NoError(t, err)
			require.Len(t, moments, Stretches)
			for i, m := range moments {
				require.Equal(t, Moment{At: m.At}, m, "nothing happened")
				require.Equal(t, moments[0].At.Add(time.Duration(i)*Stretch), m.At)
			}

			at := moments[50].At
			for i, kept := range []struct {
				list, kind string
				at         time.Time
			}{
				{"all", "any", at},
				{"all", "conflicted", at},
				{"all", "any", at.Add(Stretch - time.Microsecond)},
				{"all", "refused", at.Add(Stretch - time.Microsecond)},
				{"but races", "any", at}, // the same receipt, on another list
				{"all", "any", at.Add(Stretch)},
				{"all", "lost", at.Add(Stretch)},
				{"all", "any", at.Add(-time.Hour)},
			} {
				execute(t, pool, `insert into decision_receipt_listing (list, kind, decided_at, id) values ($1, $2, $3, $4)`, kept.list, kept.kind, kept.at, string(rune('a'+i)))
			}
			execute(t, pool, `insert into lag_sample (at, lag) values ($1, 7)`, at)
			moments, err = Pulse(t.Context(), pool)
			require.NoError(t, err)
			var all, lost, met int
			for _, m := range moments {
				all, lost, met = all+m.Decisions, lost+m.TurnedAway, met+m.Conflicted
				if m.At.Equal(at) {
					require.Equal(t, Moment{At: m.At, Decisions: 2, Conflicted: 1, TurnedAway: 1, Lag: 7, LagKnown: true}, m)
				}
			}
			require.Equal(t, []int{3, 2, 1}, []int{all, lost, met})
		})
	}
}

func TestAProcessSamplesTheLag(t *testing.T) {
	t.Parallel()
	pool := on(t, pgtest.URL(t))
	execute(t, pool, `insert into dcb_event (position, id, type, tags, data, append_rest, bytes)
		select n, gen_random_uuid(), 'A', '{}', '{}', 0, 2 from generate_series(1, 5) as n`)
	stop := Announce(pool, Process{Load: func() Load { return Load{} }}, logger(t))
	t.Cleanup(stop)
	require.Eventually(t, func() bool {
		moments, err := Pulse(t.Context(), pool)
		require.NoError(t, err)
		last := moments[len(moments)-1]
		return last.LagKnown && last.Lag == 5
	}, time.Minute, 50*time.Millisecond)
}
