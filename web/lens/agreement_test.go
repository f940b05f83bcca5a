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
	"go-crablet/internal/effort"
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
//
// Each kind of neighbour has a letter for each drawing: c conflicts, - does not, ? may do
// either and did conflict once, since the student or somebody else moves up from the waitlist.
// A dot may do either, or not be met: it depends on who waits.
func TestWhoeverIsSaidToConflictDoes(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	goes := []string{"ccc", "ccc", "cc-", "cc-", "??-", "ccc", "ccc", "---", "", "-cc", "-c-", "---"}
	agrees(t, aWorld(), goes, func(random *rand.Rand) dcb.Command {
		return SubscribeStudent{Student: somebody(random), Course: someCourse(random)}
	})
}

func TestWhoeverIsSaidToConflictWithASwapDoes(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	goes := []string{
		"ccc", "ccc", ".c-", ".c.", "...", "ccc", "ccc", "..-", "", "-cc", "-c-", "---",
		"cc.", "cc-", ".c-", ".c.", // what is about the course given back
	}
	agrees(t, aWorldToSwapIn(), goes, func(random *rand.Rand) dcb.Command {
		i := random.IntN(len(allStudents)) // the course with the same index is the student's in aWorld
		return SwapSeats{Student: allStudents[i], From: allCourses[i], To: someCourse(random)}
	})
}

// encounters are decisions that met neighbours, counted by the drawing and the kind of neighbour.
type encounters struct {
	goes              []string // of each kind of neighbour, a letter for each drawing
	ask               func(*rand.Rand) dcb.Command
	conflicts, passes map[string]int
	refused           int
}

// agrees tests decisions with each kind of neighbour, in worlds that begin with the facts.
func agrees(t *testing.T, world []dcb.Fact, goes []string, ask func(*rand.Rand) dcb.Command) {
	t.Helper()
	all := encounters{goes: goes, ask: ask, conflicts: map[string]int{}, passes: map[string]int{}}
	for round := range uint64(4) {
		random := rand.New(rand.NewPCG(round, 7))
		for kind := range goes {
			t.Run(fmt.Sprintf("round %d, neighbour %d", round, kind), func(t *testing.T) { // whose database ends with it
				b := newBench(t, world...)
				for i := range lens.Drawings() {
					all.meet(b, random, kind, i)
				}
			})
		}
	}
	for kind, way := range goes {
		for i := range way {
			where := fmt.Sprintf("%s, neighbour %d", lens.Drawings()[i].Name, kind)
			if way[i] != '.' {
				assert.Positive(t, all.conflicts[where]+all.passes[where], "%s was met", where)
			}
			if way[i] == '?' {
				assert.Positive(t, all.conflicts[where], "%s moved the student up", where)
			}
		}
	}
	assert.Positive(t, all.refused, "some decisions were refused")
}

// meet takes a decision under the ith drawing while a neighbour of a kind acts, if there is one.
func (all *encounters) meet(b *bench, random *rand.Rand, kind, i int) {
	t := b.t
	t.Helper()
	for range 10 {
		_ = someCommand(random).Decide(t.Context(), b.log) // refused or not
	}
	cmd, theirs := b.somethingToMeet(random, all.ask, kind)
	if theirs == nil {
		return // nobody is there who could do that
	}
	_, course, _ := parties(t, cmd)
	drawing := lens.Drawings()[i].For(course)
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
		all.refused++
		return
	}
	where := fmt.Sprintf("%s, neighbour %d", drawing.Name, kind)
	require.Equal(t, said, conflict, "%s: %s", where, theirs.Does)
	if way := all.goes[kind][i]; way == 'c' || way == '-' {
		require.Equal(t, way == 'c', conflict, "%s: %s", where, theirs.Does)
	}
	if conflict {
		all.conflicts[where]++
	} else {
		all.passes[where]++
	}
}

// somethingToMeet finds a decision, and a neighbour of a kind who could act meanwhile. It
// prefers a decision that will be appended.
func (b *bench) somethingToMeet(random *rand.Rand, ask func(*rand.Rand) dcb.Command, kind int) (cmd dcb.Command, theirs *lens.Neighbour) {
	b.t.Helper()
	rehearsal, err := lens.NewRehearsal(b.t.Context(), b.log)
	require.NoError(b.t, err)
	for range 15 {
		asked := ask(random)
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

// aWorldToSwapIn is a world in which one student's course has a seat of somebody else, too, and
// another one a free seat.
func aWorldToSwapIn() []dcb.Fact {
	return append(aWorld(),
		CourseCapacityChanged{Course: allCourses[1], NewCapacity: 2}, takes(allStudents[3], allCourses[1]),
		StudentLeftWaitlist{Student: allStudents[3], Course: allCourses[2]}, CourseCapacityChanged{Course: allCourses[2], NewCapacity: 3},
	)
}

// neighboursOf returns what others could do, or nil if the student or the course does not exist.
func (b *bench) neighboursOf(cmd dcb.Command) []lens.Neighbour {
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
