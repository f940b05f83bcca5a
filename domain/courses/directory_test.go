package courses_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

func TestDirectoryFollowsTheLog(t *testing.T) {
	t.Parallel()
	log := openLog(t, pgtest.New(t))
	directory := NewDirectory(log)
	term, err := directory.Term(t.Context())
	require.NoError(t, err)
	require.Empty(t, term.Courses(), "an empty log")
	require.Zero(t, term.Position)

	happen := func(facts ...dcb.Fact) *Term {
		events, err := dcb.Encode(facts)
		require.NoError(t, err)
		_, err = log.AppendEvents(t.Context(), events, dcb.Query{}, 0)
		require.NoError(t, err)
		term, err := directory.Term(t.Context())
		require.NoError(t, err)
		return term
	}
	first := happen(algebra, logic, ada, kofi, takes("ada", "algebra"), takes("kofi", "algebra"), takes("ada", "logic"))
	require.EqualValues(t, 7, first.Position)
	course, ok := first.Course("algebra")
	require.True(t, ok)
	assert.Equal(t, Course{ID: "algebra", Title: "Algebra", Capacity: 2, Seats: []Seat{
		{Student: "ada", Course: "algebra", Position: 5},
		{Student: "kofi", Course: "algebra", Position: 6},
	}}, course)
	assert.Equal(t, []CourseID{"algebra", "logic"}, []CourseID{first.Courses()[0].ID, first.Courses()[1].ID})
	assert.Equal(t, "Kofi", first.Students()[1].Name)

	second := happen(leaves("ada", "algebra"), CourseCapacityChanged{Course: "algebra", NewCapacity: 9})
	course, _ = second.Course("algebra")
	assert.Equal(t, 9, course.Capacity)
	assert.Equal(t, []Seat{{Student: "kofi", Course: "algebra", Position: 6}}, course.Seats)
	student, _ := second.Student("ada")
	assert.Equal(t, []Seat{{Student: "ada", Course: "logic", Position: 7}}, student.Seats)

	course, _ = first.Course("algebra")
	assert.Equal(t, []Seat{
		{Student: "ada", Course: "algebra", Position: 5},
		{Student: "kofi", Course: "algebra", Position: 6},
	}, course.Seats, "a term that somebody still looks at does not change")
	student, _ = first.Student("ada")
	assert.Equal(t, []Seat{
		{Student: "ada", Course: "algebra", Position: 5},
		{Student: "ada", Course: "logic", Position: 7},
	}, student.Seats)

	again, err := NewDirectory(log).Term(t.Context())
	require.NoError(t, err)
	assert.Equal(t, second, again, "reading all at once tells the same as following")
}

// A watchedLog remembers after which positions it was read.
type watchedLog struct {
	dcb.Log
	afters []int64
}

func (l *watchedLog) ReadSince(ctx context.Context, query dcb.Query, after int64) ([]dcb.Event, int64, error) {
	l.afters = append(l.afters, after)
	return l.Log.ReadSince(ctx, query, after)
}

func TestDirectoryReadsOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	log := &watchedLog{Log: openLog(t, pgtest.New(t), algebra, ada)}
	directory := NewDirectory(log)
	for range 2 {
		_, err := directory.Term(t.Context())
		require.NoError(t, err)
	}
	require.Equal(t, []int64{0, 2}, log.afters)
}

func TestDirectorySaysWhichFactItCannotRead(t *testing.T) {
	t.Parallel()
	log := openLog(t, pgtest.New(t), algebra)
	directory := NewDirectory(log)
	broken := dcb.NewInputEvent("CourseDefined", dcb.Tags{logic.Course.Tag()}, []byte(`{"capacity":"many"}`))
	_, err := log.AppendEvents(t.Context(), []dcb.InputEvent{broken}, dcb.Query{}, 0)
	require.NoError(t, err)
	_, err = directory.Term(t.Context())
	require.ErrorContains(t, err, "decode CourseDefined")
}

func TestDirectoryAnswersManyAtOnce(t *testing.T) {
	t.Parallel()
	log := openLog(t, pgtest.New(t), algebra, ada)
	directory := NewDirectory(log)
	seat, err := dcb.Encode(dcb.Facts(takes("ada", "algebra")))
	require.NoError(t, err)
	var askers sync.WaitGroup
	for range 8 {
		askers.Go(func() {
			for range 10 {
				term, err := directory.Term(t.Context())
				if !assert.NoError(t, err) {
					return
				}
				course, _ := term.Course("algebra")
				assert.Len(t, course.Seats, int(term.Position)-2, "every event after the second is a seat")
			}
		})
	}
	for range 10 {
		seat[0].ID = dcb.NewID()
		_, err := log.AppendEvents(t.Context(), seat, dcb.Query{}, 0)
		require.NoError(t, err)
	}
	askers.Wait()
	term, err := directory.Term(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 12, term.Position)
}

func TestDirectoryPassesOverWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	log := openLog(t, pgtest.New(t), algebra, takes("stranger", "algebra"), takes("stranger", "nowhere"),
		CourseCapacityChanged{Course: "nowhere", NewCapacity: 1})
	painted := dcb.NewInputEvent("CoursePainted", dcb.Tags{algebra.Course.Tag()}, []byte(`[1]`))
	_, err := log.AppendEvents(t.Context(), []dcb.InputEvent{painted}, dcb.Query{}, 0)
	require.NoError(t, err)

	term, err := NewDirectory(log).Term(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 5, term.Position)
	require.Len(t, term.Courses(), 1)
	_, ok := term.Course("nowhere")
	require.False(t, ok)
	_, ok = term.Student("stranger")
	require.False(t, ok)
}

func TestDirectoryKnowsWhoWaitsAndWhatIsOver(t *testing.T) {
	t.Parallel()
	log := openLog(t, pgtest.New(t), algebra, logic, ada, kofi, noor,
		waits("noor", "algebra"), waits("ada", "algebra"), waits("ada", "logic"), waitsNoLonger("noor", "algebra"),
		CourseRenamed{Course: "algebra", NewTitle: "Groups"}, StudentRenamed{Student: "ada", NewName: "Lady Ada"},
		CourseArchived{Course: "logic"})
	term, err := NewDirectory(log).Term(t.Context())
	require.NoError(t, err)

	course, _ := term.Course("algebra")
	assert.Equal(t, "Groups", course.Title)
	assert.Equal(t, []Seat{{Student: "ada", Course: "algebra", Position: 7}}, course.Waiting)
	assert.False(t, course.Archived)
	assert.Empty(t, course.Seats, "to wait is not to sit")
	course, _ = term.Course("logic")
	assert.True(t, course.Archived)
	student, _ := term.Student("ada")
	assert.Equal(t, "Lady Ada", student.Name)
	assert.Equal(t, []Seat{
		{Student: "ada", Course: "algebra", Position: 7},
		{Student: "ada", Course: "logic", Position: 8},
	}, student.Waiting)
	student, _ = term.Student("noor")
	assert.Empty(t, student.Waiting)
}
