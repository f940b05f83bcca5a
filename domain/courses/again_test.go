package courses_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// Something happens after a decision and before its append, so the decision is taken again. What
// the first attempt found is gone by then, and counts no more.
func TestADecisionThatIsTakenAgainForgetsWhatItHadFound(t *testing.T) {
	t.Parallel()
	noorWaits := given(algebraIsFull, dcb.Facts(logic, ada, noor, waits("noor", "algebra")))
	noorGivesUp := LeaveWaitlist{Student: "noor", Course: "algebra"}
	adaHasTen := append(takesCourses("ada", 10), ada, CourseArchived{Course: "elective-1"})
	for _, tt := range []struct {
		name      string
		given     []dcb.Fact
		when      dcb.Command
		meanwhile []dcb.Command
		refused   error
		happened  []string // all in all
	}{
		{
			name:      "who waited, when somebody leaves",
			given:     noorWaits,
			when:      adaLeaves,
			meanwhile: []dcb.Command{noorGivesUp},
			happened:  []string{"StudentLeftWaitlist", "StudentUnsubscribedFromCourse"},
		},
		{
			name:      "who waited, when somebody swaps",
			given:     noorWaits,
			when:      adaSwaps,
			meanwhile: []dcb.Command{noorGivesUp},
			happened:  []string{"StudentLeftWaitlist", "StudentUnsubscribedFromCourse", "StudentSubscribedToCourse"},
		},
		{
			name:      "who waited, when seats are added",
			given:     noorWaits,
			when:      ChangeCapacity{Course: "algebra", NewCapacity: 3},
			meanwhile: []dcb.Command{noorGivesUp},
			happened:  []string{"StudentLeftWaitlist", "CourseCapacityChanged"},
		},
		{
			// Noor has ten courses in the end, and three seats are fewer than algebra has.
			name:  "who had room, when seats turn out to be taken away",
			given: given(noorWaits, takesCourses("noor", 9)),
			when:  ChangeCapacity{Course: "algebra", NewCapacity: 3},
			meanwhile: []dcb.Command{
				SubscribeStudent{Student: "noor", Course: "logic"},
				ChangeCapacity{Course: "algebra", NewCapacity: 4},
			},
			happened: []string{"StudentSubscribedToCourse", "CourseCapacityChanged", "CourseCapacityChanged"},
		},
		{
			name:      "what the student waited for, when the student leaves archived courses",
			given:     given(adaHasTen, dcb.Facts(logic, waits("ada", "logic"))),
			when:      LeaveArchivedCourses{Student: "ada"},
			meanwhile: []dcb.Command{LeaveWaitlist{Student: "ada", Course: "logic"}},
			happened:  []string{"StudentLeftWaitlist", "StudentUnsubscribedFromCourse"},
		},
		{
			name:      "which courses were archived, when the student leaves them",
			given:     dcb.Facts(algebra, ada, takes("ada", "algebra"), over),
			when:      LeaveArchivedCourses{Student: "ada"},
			meanwhile: []dcb.Command{LeaveAltogether{Student: "ada"}},
			refused:   ErrNoArchivedCourse,
			happened:  []string{"StudentUnsubscribedFromCourse"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			log := openLog(t, pgtest.New(t), tt.given...)
			attempts := 0
			ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Decided: func(step dcb.TraceDecided) {
				if attempts++; attempts == 1 {
					require.NoError(t, step.Refusal)
					for _, cmd := range tt.meanwhile {
						require.NoError(t, cmd.Decide(t.Context(), log))
					}
				}
			}})
			require.ErrorIs(t, tt.when.Decide(ctx, log), tt.refused)
			require.Equal(t, 2, attempts)

			events, _, err := log.ReadSince(t.Context(), dcb.AllEvents(), dcb.At(int64(len(tt.given))))
			require.NoError(t, err)
			var happened []string
			for _, e := range events {
				happened = append(happened, e.Type)
			}
			require.Equal(t, tt.happened, happened)
		})
	}
}
