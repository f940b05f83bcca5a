package lens_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	. "go-crablet/domain/courses"
	"go-crablet/web/lens"
)

// drawnLog is the real log, but its append conditions have the query of a drawing and not the
// decision's own.
type drawnLog struct {
	*dcb.Store
	drawing lens.Drawing
}

func (l drawnLog) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	return l.Store.AppendAfter(ctx, events, l.drawing.Of(query), known)
}

// What the lens says of every neighbour, under every drawing, is what happens when the
// neighbour really acts between the decision and its append: on random logs, both ways.
func TestWhoeverIsSaidToConflictDoes(t *testing.T) {
	t.Parallel()
	// Each kind of neighbour under each drawing: c conflicts, - does not, and ? may do either,
	// since the student or somebody else moves up from the waitlist.
	goes := []string{"ccc", "ccc", "cc-", "cc-", "??-", "ccc", "ccc", "---", "", "-cc", "-c-", "---"}
	conflicts, passes := map[string]int{}, map[string]int{}
	refused := 0
	for round := range uint64(4) {
		random := rand.New(rand.NewPCG(round, 7))
		for kind, way := range goes {
			b := newBench(t, aWorld()...)
			for i, drawing := range lens.Drawings() {
				for range 10 {
					_ = someCommand(random).Decide(t.Context(), b.log) // refused or not
				}
				cmd, theirs := b.somethingToMeet(random, kind)
				if theirs == nil {
					continue // nobody is there who could do that
				}
				rehearsal, err := lens.NewRehearsal(t.Context(), b.log)
				require.NoError(t, err)
				mine, err := rehearsal.Try(t.Context(), cmd)
				require.NoError(t, err)
				decision, err := rehearsal.Try(t.Context(), theirs.Command)
				require.NoError(t, err)
				said := lens.FindMatch(drawing.Of(mine.Condition), decision.Events).Inside

				conflict, err := b.meanwhile(cmd, drawing, theirs.Command)
				require.NoError(t, err, theirs.Does)
				if mine.Refusal != nil {
					require.False(t, conflict, "a refusal appends nothing")
					refused++
					continue
				}
				where := fmt.Sprintf("%s, neighbour %d", drawing.Name, kind)
				require.Equal(t, said, conflict, "%s: %s", where, theirs.Does)
				if way[i] != '?' {
					require.Equal(t, way[i] == 'c', conflict, "%s: %s", where, theirs.Does)
				}
				if conflict {
					conflicts[where]++
				} else {
					passes[where]++
				}
			}
		}
	}
	for kind, way := range goes {
		for i := range way {
			where := fmt.Sprintf("%s, neighbour %d", lens.Drawings()[i].Name, kind)
			assert.Positive(t, conflicts[where]+passes[where], "%s was met", where)
			if way[i] == '?' {
				assert.Positive(t, conflicts[where], "%s moved the student up", where)
			}
		}
	}
	assert.Positive(t, refused, "some decisions were refused")
}

// somethingToMeet finds a decision, and a neighbour of a kind who could act meanwhile. It
// prefers a decision that will be appended.
func (b *bench) somethingToMeet(random *rand.Rand, kind int) (cmd SubscribeStudent, theirs *lens.Neighbour) {
	b.t.Helper()
	rehearsal, err := lens.NewRehearsal(b.t.Context(), b.log)
	require.NoError(b.t, err)
	for range 15 {
		asked := SubscribeStudent{Student: somebody(random), Course: someCourse(random)}
		neighbour := b.neighboursOf(asked)[kind]
		decision, err := rehearsal.Try(b.t.Context(), neighbour.Command)
		require.NoError(b.t, err)
		if len(decision.Events) == 0 {
			continue
		}
		cmd, theirs = asked, &neighbour
		mine, err := rehearsal.Try(b.t.Context(), cmd)
		require.NoError(b.t, err)
		if mine.Refusal == nil {
			break
		}
	}
	return cmd, theirs
}

// aWorld is courses and students to begin with. Each student has a seat that another one
// waits for.
func aWorld() []dcb.Fact {
	var facts []dcb.Fact
	for i, id := range allCourses {
		facts = append(facts, CourseDefined{Course: id, Title: "Course " + string(id), Capacity: 1 + i/4})
	}
	for _, id := range allStudents {
		facts = append(facts, StudentRegistered{Student: id, Name: sealed.Text("Student " + string(id))})
	}
	for i, id := range allStudents {
		facts = append(facts, takes(id, allCourses[i]), waits(allStudents[(i+1)%len(allStudents)], allCourses[i]))
	}
	return facts
}

// neighboursOf returns what others could do, or nil if the student or the course does not exist.
func (b *bench) neighboursOf(cmd SubscribeStudent) []lens.Neighbour {
	b.t.Helper()
	surroundings := b.surroundings(cmd)
	if surroundings.Student.ID == "" || surroundings.Course.ID == "" {
		return nil
	}
	return surroundings.Neighbours()
}

// meanwhile takes a decision, lets somebody act between its first decision and its append,
// and reports whether that was a conflict.
func (b *bench) meanwhile(cmd dcb.Command, drawing lens.Drawing, theirs dcb.Command) (conflict bool, err error) {
	ctx := dcb.WithTrace(b.t.Context(), &dcb.Trace{
		Stepwise: true,
		Decided: func(step dcb.TraceDecided) {
			if step.Attempt == 1 {
				err = theirs.Decide(b.t.Context(), b.log)
			}
		},
		Conflicted: func(dcb.TraceConflicted) { conflict = true },
	})
	_ = cmd.Decide(ctx, drawnLog{b.log, drawing})
	return conflict, err
}
