package courses_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// The only waiting student leaves the waitlist after the decision to promote her, and
// before its append.
func TestADecisionThatIsTakenAgainForgetsWhoWaited(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		when dcb.Command
		then dcb.Fact
	}{
		{"when somebody leaves", UnsubscribeStudent{Student: "ada", Course: "algebra"}, leaves("ada", "algebra")},
		{"when seats are added", ChangeCapacity{Course: "algebra", NewCapacity: 3}, CourseCapacityChanged{Course: "algebra", NewCapacity: 3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			facts := given(algebraIsFull, dcb.Facts(ada, noor, waits("noor", "algebra")))
			log := openLog(t, pgtest.New(t), facts...)
			attempts := 0
			ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Decided: func(step dcb.TraceDecided) {
				if attempts++; attempts == 1 {
					require.Len(t, step.Facts, 3, "noor is to be promoted")
					require.NoError(t, LeaveWaitlist{Student: "noor", Course: "algebra"}.Decide(t.Context(), log))
				}
			}})
			require.NoError(t, tt.when.Decide(ctx, log))
			require.Equal(t, 2, attempts)

			events, _, err := log.ReadSince(t.Context(), dcb.AllEvents(), dcb.At(int64(len(facts))))
			require.NoError(t, err)
			require.Len(t, events, 2)
			require.Equal(t, "StudentLeftWaitlist", events[0].Type)
			require.Equal(t, tt.then.EventType(), events[1].Type)
		})
	}
}
