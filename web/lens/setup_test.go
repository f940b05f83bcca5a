package lens_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
	"go-crablet/readmodel"
	"go-crablet/web/lens"
)

// The cast.
var (
	algebra = CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 2}
	logic   = CourseDefined{Course: "logic", Title: "Logic", Capacity: 30}
	ada     = StudentRegistered{Student: "ada", Name: "Ada"}
	kofi    = StudentRegistered{Student: "kofi", Name: "Kofi"}
	noor    = StudentRegistered{Student: "noor", Name: "Noor"}
)

func takes(student StudentID, course CourseID) dcb.Fact {
	return StudentSubscribedToCourse{Student: student, Course: course}
}

func leaves(student StudentID, course CourseID) dcb.Fact {
	return StudentUnsubscribedFromCourse{Student: student, Course: course}
}

func waits(student StudentID, course CourseID) dcb.Fact {
	return StudentJoinedWaitlist{Student: student, Course: course}
}

// A bench is a log with its read model, in a database of the test's own.
type bench struct {
	t     *testing.T
	log   *dcb.Store
	terms *readmodel.Model
}

func newBench(t *testing.T, facts ...dcb.Fact) *bench {
	t.Helper()
	pool := pgtest.New(t)
	log, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(log.Close)
	b := &bench{t, log, readmodel.New(pool)}
	ctx, cancel := context.WithCancel(context.Background())
	var projecting sync.WaitGroup
	projecting.Go(func() { b.terms.Project(ctx, log, slog.New(slog.NewTextHandler(t.Output(), nil))) })
	t.Cleanup(func() {
		cancel()
		projecting.Wait()
	})
	if len(facts) > 0 {
		b.happen(facts...)
	}
	return b
}

// happen appends facts without a decision.
func (b *bench) happen(facts ...dcb.Fact) {
	b.t.Helper()
	events, err := dcb.Encode(facts)
	require.NoError(b.t, err)
	_, err = b.log.AppendEvents(b.t.Context(), events, dcb.Query{}, 0)
	require.NoError(b.t, err)
}

// all is the whole log.
func (b *bench) all() []dcb.Event {
	b.t.Helper()
	events, _, err := b.log.ReadSince(b.t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(b.t, err)
	return events
}

// surroundings returns the surroundings of a subscription or of a swap once the read model has the whole log.
func (b *bench) surroundings(cmd dcb.Command) *lens.Surroundings {
	b.t.Helper()
	student, course, given := parties(b.t, cmd)
	shown, err := b.terms.Await(b.t.Context(), int64(len(b.all())), time.Minute)
	require.NoError(b.t, err)
	require.True(b.t, shown)
	var ask readmodel.Questions
	var surroundings lens.Surroundings
	surroundings.Ask(&ask, student, course, given)
	_, err = b.terms.Ask(b.t.Context(), &ask)
	require.NoError(b.t, err)
	return &surroundings
}

// parties are the student of a command, the course in which it asks for a seat, and the course
// that it gives back for that, or "".
func parties(t *testing.T, cmd dcb.Command) (student StudentID, course, given CourseID) {
	t.Helper()
	switch cmd := cmd.(type) {
	case SubscribeStudent:
		return cmd.Student, cmd.Course, ""
	case SwapSeats:
		return cmd.Student, cmd.To, cmd.From
	default:
		require.Failf(t, "the lens does not rehearse this", "%T", cmd)
		return "", "", ""
	}
}

// logged turns facts into the events of a log.
func logged(t *testing.T, facts ...dcb.Fact) []dcb.Event {
	t.Helper()
	input, err := dcb.Encode(facts)
	require.NoError(t, err)
	events := make([]dcb.Event, len(input))
	for i, e := range input {
		events[i] = dcb.Event{ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data, CausationID: e.CausationID, Position: int64(i + 1)}
	}
	return events
}
