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
	"go-crablet/receipt"
	"go-crablet/web/lens"
)

// someCommand makes up a random command.
func someCommand(random *rand.Rand) dcb.Command {
	student, course := somebody(random), someCourse(random)
	return []dcb.Command{
		DefineCourse{Course: course, Title: "A course", Capacity: 1 + random.IntN(2)},
		RenameCourse{Course: course, NewTitle: fmt.Sprint("Title ", random.IntN(2))},
		ChangeCapacity{Course: course, NewCapacity: 1 + random.IntN(3)},
		RegisterStudent{Student: student, Name: "Somebody"},
		RenameStudent{Student: student, NewName: sealed.Text(fmt.Sprint("Name ", random.IntN(2)))},
		SubscribeStudent{Student: student, Course: course},
		SubscribeStudent{Student: student, Course: course},
		UnsubscribeStudent{Student: student, Course: course},
		JoinWaitlist{Student: student, Course: course},
		JoinWaitlist{Student: student, Course: course},
		LeaveWaitlist{Student: student, Course: course},
	}[random.IntN(11)]
}

// what is an attempt without the ids of its events, which differ each time.
func what(attempt receipt.Attempt) receipt.Attempt {
	for i := range attempt.Wanted {
		attempt.Wanted[i].ID, attempt.Wanted[i].CausationID = "", ""
	}
	return attempt
}

// On random logs and for random commands, the rehearsed result is the real one.
func TestARehearsalSaysWhatThenHappens(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	random := rand.New(rand.NewPCG(1, 1))
	refused, appended := 0, 0
	for range 300 {
		cmd := someCommand(random)
		head := int64(len(b.all()))
		rehearsal, err := lens.NewRehearsal(t.Context(), b.log)
		require.NoError(t, err)
		require.Equal(t, head, rehearsal.Position())
		said, err := rehearsal.Try(t.Context(), cmd)
		require.NoError(t, err)
		require.Len(t, b.all(), int(head), "nothing of it is stored")

		var condition dcb.Query
		ctx, recorder := receipt.Record(t.Context(), cmd, "")
		ctx = dcb.WithTrace(ctx, &dcb.Trace{Read: func(step dcb.TraceRead) { condition = step.Condition }})
		err = cmd.Decide(ctx, b.log)
		happened, ended := recorder.Receipt()
		require.True(t, ended)

		require.Equal(t, err, said.Refusal, "%#v", cmd)
		require.Equal(t, condition.Items(), said.Condition.Items())
		require.Equal(t, happened.Boundary, said.Receipt.Boundary)
		require.Equal(t, what(happened.Last()), what(said.Receipt.Last()))
		require.Equal(t, happened.Command, said.Receipt.Command)
		require.Equal(t, happened.Input, said.Receipt.Input)
		require.Len(t, said.Read, happened.Last().Read)
		stored := b.all()[head:]
		require.Len(t, said.Events, len(stored))
		for i, e := range stored {
			require.Equal(t, []any{e.Type, e.Tags, e.Data, e.Position}, []any{said.Events[i].Type, said.Events[i].Tags, said.Events[i].Data, said.Events[i].Position})
		}
		if err != nil {
			refused++
		} else {
			appended++
		}
	}
	assert.Greater(t, refused, 50, "refusals are among them")
	assert.Greater(t, appended, 50, "and what is not refused")
}

func TestARehearsalIsOfOneMoment(t *testing.T) {
	t.Parallel()
	b := newBench(t, algebra, ada)
	rehearsal, err := lens.NewRehearsal(t.Context(), b.log)
	require.NoError(t, err)
	b.happen(takes("ada", "algebra"))
	decision, err := rehearsal.Try(t.Context(), SubscribeStudent{Student: "ada", Course: "algebra"})
	require.NoError(t, err)
	require.NoError(t, decision.Refusal, "Ada had no seat at 2")
	require.Equal(t, int64(3), decision.Events[0].Position)
}

func TestARehearsalOfAnEmptyLogIsNotOfWhatComesLater(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	rehearsal, err := lens.NewRehearsal(t.Context(), b.log)
	require.NoError(t, err)
	b.happen(algebra, ada)
	decision, err := rehearsal.Try(t.Context(), SubscribeStudent{Student: "ada", Course: "algebra"})
	require.NoError(t, err)
	require.Equal(t, ErrNoSuchCourse, decision.Refusal)
}

// Traces of decisions are not called by a rehearsal.
func TestARehearsalIsUnobserved(t *testing.T) {
	t.Parallel()
	b := newBench(t, algebra, ada)
	rehearsal, err := lens.NewRehearsal(t.Context(), b.log)
	require.NoError(t, err)
	heard := 0
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{
		Read:    func(dcb.TraceRead) { heard++ },
		Decided: func(dcb.TraceDecided) { heard++ },
	})
	_, err = rehearsal.Try(ctx, SubscribeStudent{Student: "ada", Course: "algebra"})
	require.NoError(t, err)
	require.Zero(t, heard)
}

func TestARehearsalEndsWithItsContext(t *testing.T) {
	t.Parallel()
	b := newBench(t, algebra, ada)
	rehearsal, err := lens.NewRehearsal(t.Context(), b.log)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = rehearsal.Try(ctx, SubscribeStudent{Student: "ada", Course: "algebra"})
	require.ErrorIs(t, err, context.Canceled)
	_, err = lens.NewRehearsal(ctx, b.log)
	require.ErrorIs(t, err, context.Canceled)
}

// Decisions read a rehearsal from the start. Reading on from a position works as on a log.
func TestARehearsalReadsOnFromAPosition(t *testing.T) {
	t.Parallel()
	b := newBench(t, algebra, logic, ada)
	rehearsal, err := lens.NewRehearsal(t.Context(), b.log)
	require.NoError(t, err)
	events, head, err := rehearsal.ReadSince(t.Context(), dcb.AllEvents(), dcb.At(1))
	require.NoError(t, err)
	require.Equal(t, b.all()[1:], events)
	require.Equal(t, int64(3), head.Position)
}

func TestARehearsalTakesNoAppendThatTheLogWouldNot(t *testing.T) {
	t.Parallel()
	b := newBench(t, algebra)
	rehearsal, err := lens.NewRehearsal(t.Context(), b.log)
	require.NoError(t, err)
	_, want := b.log.AppendAfter(t.Context(), nil, dcb.Query{}, dcb.Checkpoint{})
	require.Error(t, want)
	_, err = rehearsal.AppendAfter(t.Context(), nil, dcb.Query{}, dcb.Checkpoint{})
	require.ErrorContains(t, want, err.Error())
}
