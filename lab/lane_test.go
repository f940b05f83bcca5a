package lab

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// aLane returns the lane of Ada, who is contender 7 and wants a seat in algebra.
func aLane(p performance) *lane {
	p.steps = &recording{}
	p.steps.begin()
	return &lane{performance: &p, who: Contender{Number: 7, Student: "ada", Course: "algebra"}}
}

// noted returns the steps so far, without their times.
func (l *lane) noted() (steps []Step) {
	for _, step := range l.steps.all() {
		step.At = 0
		steps = append(steps, step)
	}
	return steps
}

func TestALaneNotesEachStepOfItsDecision(t *testing.T) {
	t.Parallel()
	type state struct{ seatsTaken int }
	adas := courses.StudentSubscribedToCourse{Student: "ada", Course: "algebra"}
	kofis := courses.StudentSubscribedToCourse{Student: "kofi", Course: "algebra"}
	query := dcb.NewQuery(dcb.Tags{courses.CourseID("algebra").Tag()})
	conflict := &dcb.ConflictError{Events: []dcb.Event{
		stored(t, 5, "", kofis),
		stored(t, 6, "", courses.CourseRenamed{Course: "algebra", NewTitle: "II"}),
	}}
	l := aLane(performance{numbers: map[courses.StudentSubscribedToCourse]int{adas: 7, kofis: 9}})

	l.read(dcb.TraceRead{Attempt: 1, Query: query, Events: make([]dcb.Event, 3), Position: 4, State: state{2}})
	l.decided(t.Context(), dcb.TraceDecided{Attempt: 1})
	l.conflicted(dcb.TraceConflicted{Attempt: 1, Conflict: conflict, Stale: []string{"seatsTaken"}, Wait: time.Second})
	l.read(dcb.TraceRead{Attempt: 2, Query: query, Events: make([]dcb.Event, 2), Position: 6, State: state{3}})
	l.decided(t.Context(), dcb.TraceDecided{Attempt: 2})
	l.conflicted(dcb.TraceConflicted{Attempt: 2, Conflict: &dcb.ConflictError{}})
	l.read(dcb.TraceRead{Attempt: 3, Position: 9, State: struct{}{}})
	l.decided(t.Context(), dcb.TraceDecided{Attempt: 3})
	l.read(dcb.TraceRead{Attempt: 3, State: "no struct"})
	l.appended(dcb.TraceAppended{Attempt: 3, Position: 10})
	require.NoError(t, l.end(nil))
	require.Equal(t, []Step{
		{Contender: 7, Kind: Read, Attempt: 1, Events: 3, Taken: 2, Position: 4},
		{Contender: 7, Kind: Decided, Attempt: 1},
		{Contender: 7, Kind: Sent, Attempt: 1},
		{
			Contender: 7, Kind: Conflicted, Attempt: 1, Stale: []string{"seatsTaken"}, Wait: time.Second,
			By: []Cause{{9, "StudentSubscribedToCourse", 5}, {0, "CourseRenamed", 6}},
		},
		{Contender: 7, Kind: Read, Attempt: 2, Events: 2, Taken: 3, Position: 6},
		{Contender: 7, Kind: Decided, Attempt: 2},
		{Contender: 7, Kind: Sent, Attempt: 2},
		{Contender: 7, Kind: Conflicted, Attempt: 2, False: true},
		{Contender: 7, Kind: Read, Attempt: 3, OnTheSpot: true, Position: 9},
		{Contender: 7, Kind: Decided, Attempt: 3, OnTheSpot: true},
		{Contender: 7, Kind: Read, Attempt: 3, OnTheSpot: true},
		{Contender: 7, Kind: Appended, Attempt: 3, OnTheSpot: true, Position: 10},
		{Contender: 7, Kind: Seated, Attempt: 3, OnTheSpot: true},
	}, l.noted())
}

func TestALaneEndsAsItsDecisionDoes(t *testing.T) {
	t.Parallel()
	broken := errors.New("the log is broken")
	for name, test := range map[string]struct {
		err  error
		want Step
	}{
		"with the seat":         {nil, Step{Kind: Seated}},
		"refused":               {fmt.Errorf("decide: %w", courses.ErrCourseFull), Step{Kind: Refused, Refusal: courses.ErrCourseFull.Error()}},
		"with another conflict": {fmt.Errorf("decide: %w", dcb.ErrConflict), Step{Kind: Lost}},
		"broken":                {broken, Step{Kind: Stopped}},
		"stopped":               {context.Canceled, Step{Kind: Stopped}},
	} {
		l := aLane(performance{})
		l.attempt = 4
		if test.want.Kind == Refused {
			l.decided(t.Context(), dcb.TraceDecided{Refusal: courses.ErrCourseFull})
		}
		err := l.end(test.err)
		if test.want.Kind == Stopped {
			require.Equal(t, test.err, err, name)
		} else {
			require.NoError(t, err, name)
		}
		test.want.Contender, test.want.Attempt = 7, 4
		steps := l.noted()
		require.Equal(t, test.want, steps[len(steps)-1], name)
		if test.want.Kind == Refused {
			require.Equal(t, []Step{{Contender: 7, Kind: Decided, Attempt: 4, Refusal: courses.ErrCourseFull.Error()}, test.want}, steps, "and sends nothing")
		}
	}
}

func TestALaneThinksBeforeItSends(t *testing.T) {
	t.Parallel()
	const think = 5 * time.Millisecond
	l := aLane(performance{think: think})
	l.decided(t.Context(), dcb.TraceDecided{})
	steps := l.steps.all()
	require.Equal(t, []Kind{Decided, Sent}, []Kind{steps[0].Kind, steps[1].Kind})
	require.GreaterOrEqual(t, steps[1].At-steps[0].At, think)
}

// A contender that gives up makes no further attempt, and so none on the spot.
func TestALaneThatGivesUpIsNotOnTheSpot(t *testing.T) {
	t.Parallel()
	l := aLane(performance{})
	l.conflicted(dcb.TraceConflicted{Conflict: &dcb.ConflictError{}, GaveUp: true})
	require.NoError(t, l.end(dcb.ErrConflict))
	require.Equal(t, []Step{{Contender: 7, Kind: Conflicted, False: true}, {Contender: 7, Kind: Lost}}, l.noted())
}

// A lane that is stopped while it thinks, or in its window, has not sent its append.
func TestALaneThatIsStoppedSendsNothing(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for _, p := range []performance{{}, {think: time.Hour}, {think: time.Hour, window: BetweenDecideAndAppend}} {
		l := aLane(p)
		l.decided(ctx, dcb.TraceDecided{})
		require.Equal(t, []Step{{Contender: 7, Kind: Decided}}, l.noted())
	}
	held := withWindow(t.Context(), func() error { return context.Canceled })
	l := aLane(performance{window: BetweenDecideAndAppend})
	l.decided(held, dcb.TraceDecided{})
	require.Equal(t, []Step{{Contender: 7, Kind: Decided}}, l.noted())
	l = aLane(performance{window: BetweenCheckAndInsert})
	l.decided(held, dcb.TraceDecided{})
	require.Equal(t, []Step{{Contender: 7, Kind: Decided}, {Contender: 7, Kind: Sent}}, l.noted(), "its window is another one")
}

// A conflict is a false one if the decision looks at none of its events, in whatever order
// they are.
func TestAConflictIsFalseIfTheDecisionLooksAtNoneOfIt(t *testing.T) {
	t.Parallel()
	inside, outside := dcb.Event{Type: "A", Tags: dcb.Tags{"x"}}, dcb.Event{Type: "B", Tags: dcb.Tags{"y"}}
	for name, conflict := range map[string]struct {
		events []dcb.Event
		false  bool
	}{
		"nothing":               {[]dcb.Event{outside, outside}, true},
		"all":                   {[]dcb.Event{inside, inside}, false},
		"the first of several":  {[]dcb.Event{inside, outside, outside}, false},
		"one of several":        {[]dcb.Event{outside, inside, outside}, false},
		"the last of several":   {[]dcb.Event{outside, outside, inside}, false},
		"the only one":          {[]dcb.Event{inside}, false},
		"not even the only one": {[]dcb.Event{outside}, true},
	} {
		l := lane{performance: &performance{steps: &recording{}}, looksAt: dcb.NewQuery(dcb.Tags{"x"})}
		l.conflicted(dcb.TraceConflicted{Conflict: &dcb.ConflictError{Events: conflict.events}})
		steps := l.steps.all()
		require.Len(t, steps, 1)
		assert.Equal(t, conflict.false, steps[0].False, name)
		assert.Len(t, steps[0].By, len(conflict.events))
	}
}
