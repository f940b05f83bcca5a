package lab

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// A burstLog breaks at the start of one burst: when it defines its courses.
type burstLog struct {
	dcb.Log
	begun, breaksAt int
	err             error
}

func (l *burstLog) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if events[0].Type == (courses.CourseDefined{}).EventType() {
		if l.begun++; l.begun == l.breaksAt {
			return 0, l.err
		}
	}
	return l.Log.AppendAfter(ctx, events, query, known)
}

// A trial carries out two bursts. It counts if both succeed.
func TestAComparisonEndsWithTheFirstBurstThatBreaks(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	broken := errors.New("the disk is full")
	for burst, trials := range map[int]int{2: 0, 3: 1} {
		strategy := correct()
		strategy.open = func(s *Site) dcb.Log { return &burstLog{Log: s.store, breaksAt: burst, err: broken} }
		comparison, err := NewComparison(Burst{Contenders: 2, Seats: 1, Rounds: 2})
		require.NoError(t, err)
		require.ErrorIs(t, comparison.run(t.Context(), pool, []Strategy{strategy}), broken, "burst %d", burst)
		require.Len(t, comparison.trials.all(), trials, "burst %d", burst)
	}

	site, err := OpenSite(t.Context(), pool, correct())
	require.NoError(t, err)
	defer site.Close()
	comparison, err := NewComparison(Burst{Contenders: 2, Seats: 1, Rounds: 1})
	require.NoError(t, err)
	err = comparison.run(t.Context(), pool, []Strategy{correct()})
	require.ErrorContains(t, err, "somebody else is running this strategy", "it does not leave the strategy out")
}
