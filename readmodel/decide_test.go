package readmodel_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	. "go-crablet/readmodel"
)

// Decisions and pages read the same facts with different code. They have to agree: a page that
// shows a free seat is wrong if no decision would give it. There are 400 decisions, in a usual run 200.
func TestTheTablesSayWhatDecisionsKnow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	random := chance(t)
	courseIDs := []courses.CourseID{"algebra", "logic", "sets", "knots"}
	studentIDs := []courses.StudentID{"ada", "kofi", "noor", "mei", "ivo", "yuki", "omar"}
	for _, id := range courseIDs {
		b.decide(t.Context(), courses.DefineCourse{Course: id, Title: "A course", Capacity: 2})
	}
	for _, id := range studentIDs {
		b.decide(t.Context(), courses.RegisterStudent{Student: id, Name: "A student"})
	}
	for i := range effort.Times(200, 400) {
		course, student := courseIDs[random.IntN(len(courseIDs))], studentIDs[random.IntN(len(studentIDs))]
		b.decide(t.Context(), anyCommand(random, course, student, i))
	}
	b.projected()

	b.view(func(term *asked) {
		for _, id := range courseIDs {
			course, known, err := term.Course(t.Context(), id)
			require.NoError(t, err)
			require.True(t, known)
			assert.Equal(t, knows(b, courses.Title(id)), course.Title)
			assert.Equal(t, knows(b, courses.Capacity(id)), course.Capacity)
			assert.Equal(t, knows(b, courses.SeatsTaken(id)), course.SeatsTaken)
			assert.Equal(t, knows(b, courses.Archived(id)), course.Archived)
			waitlist, err := term.Waitlist(t.Context(), id, Cursor{}, courses.MaxWaiting)
			require.NoError(t, err)
			assert.Equal(t, ids(knows(b, courses.Waiting(id)), func(id courses.StudentID) courses.StudentID { return id }), memberIDs(waitlist.Rows), "in the same order")
			assert.Len(t, waitlist.Rows, course.Waiting)
			for _, student := range studentIDs {
				places, err := term.PlacesOf(t.Context(), student)
				require.NoError(t, err)
				sits, waits := placesIn(places, id)
				assert.Equal(t, knows(b, courses.Subscribed(student, id)), sits, "%s in %s", student, id)
				assert.Equal(t, knows(b, courses.Waits(student, id)), waits, "%s in %s", student, id)
			}
		}
		for _, id := range studentIDs {
			student, known, err := term.Student(t.Context(), id)
			require.NoError(t, err)
			require.True(t, known)
			assert.Equal(t, string(knows(b, courses.Name(id))), student.Name)
			assert.Equal(t, knows(b, courses.CoursesTaken(id)), student.CoursesTaken)
		}
	})
}

func anyCommand(random *rand.Rand, course courses.CourseID, student courses.StudentID, i int) dcb.Command {
	switch random.IntN(48) {
	case 0:
		return courses.RenameCourse{Course: course, NewTitle: fmt.Sprint("Title ", i)}
	case 1:
		return courses.RenameStudent{Student: student, NewName: sealed.Text(fmt.Sprint("Name ", i))}
	case 2, 3, 4:
		return courses.ChangeCapacity{Course: course, NewCapacity: 1 + random.IntN(4)}
	case 5:
		if course == "knots" { // the others go on
			return courses.ArchiveCourse{Course: course}
		}
		return courses.LeaveWaitlist{Student: student, Course: course}
	case 6, 7, 8:
		return courses.LeaveWaitlist{Student: student, Course: course}
	case 9, 10, 11, 12, 13, 14, 15, 16, 17, 18:
		return courses.JoinWaitlist{Student: student, Course: course}
	case 19, 20, 21, 22, 23, 24, 25, 26, 27:
		return courses.UnsubscribeStudent{Student: student, Course: course}
	case 28, 29, 30, 31, 32, 33:
		return courses.SwapSeats{Student: student, From: course, To: "logic"}
	case 34:
		return courses.LeaveAltogether{Student: student}
	case 35:
		return courses.LeaveArchivedCourses{Student: student}
	default:
		return courses.SubscribeStudent{Student: student, Course: course}
	}
}

// decide carries out a command, which may be refused or lose a race.
func (b *bench) decide(ctx context.Context, cmd dcb.Command) {
	b.t.Helper()
	err := cmd.Decide(ctx, b.log)
	if _, refused := errors.AsType[courses.Refusal](err); !refused && !errors.Is(err, dcb.ErrConflict) {
		require.NoError(b.t, err)
	}
}

// knows returns the value of a projection, as a decision would know it.
func knows[S any](b *bench, p dcb.Projection[S]) (known S) {
	b.t.Helper()
	type knowledge struct{ known S }
	require.NoError(b.t, dcb.Decide(b.t.Context(), b.log,
		func(k *knowledge) dcb.Boundary { return dcb.Boundary{dcb.Into(&k.known, p)} },
		func(k knowledge) ([]dcb.Fact, error) {
			known = k.known
			return nil, nil
		}))
	return known
}

func placesIn(places []Place, course courses.CourseID) (sits, waits bool) {
	for _, place := range places {
		if place.Course == course {
			sits, waits = sits || !place.Waiting, waits || place.Waiting
		}
	}
	return sits, waits
}
