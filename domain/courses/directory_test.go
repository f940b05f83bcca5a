package courses_test

import (
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
	assert.Len(t, course.Seats, 2, "a term that somebody still looks at does not change")

	again, err := NewDirectory(log).Term(t.Context())
	require.NoError(t, err)
	assert.Equal(t, second, again, "reading all at once tells the same as following")
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
