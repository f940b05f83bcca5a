package lens_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
	"go-crablet/lab"
	"go-crablet/web/lens"
)

// The lens and the lab agree on one stream per course: whatever the lens calls a conflict
// conflicts under the strategy of the lab.
func TestTheStreamIsThatOfTheLab(t *testing.T) {
	t.Parallel()
	strategy, found := lab.FindStrategy("stream-per-course")
	require.True(t, found)
	stream, found := lens.FindDrawing("stream")
	require.True(t, found)
	pool := pgtest.New(t)
	cmd := SubscribeStudent{Student: "ada", Course: "algebra"}
	drawn := stream.Of(boundaryOf(t, cmd))
	for _, tt := range []struct {
		name     string
		fact     dcb.Fact
		conflict bool
	}{
		{"somebody in the same course", takes("kofi", "algebra"), true},
		{"a new title", CourseRenamed{Course: "algebra", NewTitle: "Groups"}, true},
		{"the student elsewhere", takes("ada", "logic"), false},
		{"a stranger", takes("kofi", "logic"), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			site, err := lab.OpenSite(t.Context(), pool, strategy)
			require.NoError(t, err)
			defer site.Close()
			store := func(facts ...dcb.Fact) {
				events, err := dcb.Encode(facts)
				require.NoError(t, err)
				_, head, err := site.Log.ReadSince(t.Context(), dcb.Query{}, dcb.Checkpoint{})
				require.NoError(t, err)
				_, err = site.Log.AppendAfter(t.Context(), events, dcb.Query{}, head) // its stream was read, too
				require.NoError(t, err)
			}
			store(algebra, logic, ada, kofi)
			conflict := false
			ctx := dcb.WithTrace(t.Context(), &dcb.Trace{
				Stepwise: true,
				Decided: func(step dcb.TraceDecided) {
					if step.Attempt == 1 {
						store(tt.fact)
					}
				},
				Conflicted: func(dcb.TraceConflicted) { conflict = true },
			})
			require.NoError(t, cmd.Decide(ctx, site.Log))
			assert.Equal(t, tt.conflict, conflict)
			assert.Equal(t, conflict, lens.FindMatch(drawn, logged(t, tt.fact)).Inside)
		})
	}
}
