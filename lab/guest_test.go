package lab_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/lab"
)

// limited is a decision model with the limits that a test chooses.
type limited struct {
	student courses.StudentID
	course  courses.CourseID
	titled  bool // its boundary has the title of the course, too
	bounded bool // it knows how many courses the student takes
}

type limitedState struct {
	title                              string
	capacity, seatsTaken, coursesTaken int
}

func (m limited) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, func(s *limitedState) dcb.Boundary {
		boundary := dcb.Boundary{dcb.Into(&s.capacity, courses.Capacity(m.course)), dcb.Into(&s.seatsTaken, courses.SeatsTaken(m.course))}
		if m.titled {
			boundary = append(boundary, dcb.Into(&s.title, courses.Title(m.course)))
		}
		if m.bounded {
			boundary = append(boundary, dcb.Into(&s.coursesTaken, courses.CoursesTaken(m.student)))
		}
		return boundary
	}, func(s limitedState) ([]dcb.Fact, error) {
		switch {
		case s.seatsTaken >= s.capacity:
			return nil, courses.ErrCourseFull
		case s.coursesTaken >= courses.MaxCourses:
			return nil, courses.ErrTooManyCourses
		}
		return dcb.Facts(courses.StudentSubscribedToCourse{Student: m.student, Course: m.course}), nil
	})
}

// plain is a model that reads and appends by itself.
type plain struct {
	seat          courses.StudentSubscribedToCourse
	seats         int
	unconditional bool
	attempts      int
	lock          *sync.Mutex // held while it decides, if there is one
}

var errOfTheModel = errors.New("the model is broken")

func (m plain) Decide(ctx context.Context, log dcb.Log) (err error) {
	if m.lock != nil {
		m.lock.Lock()
		defer m.lock.Unlock()
	}
	for range m.attempts {
		if err = m.attempt(ctx, log); !errors.Is(err, dcb.ErrConflict) {
			return err
		}
	}
	return err
}

func (m plain) attempt(ctx context.Context, log dcb.Log) error {
	taken := courses.SeatsTaken(m.seat.Course).Query()
	events, known, err := log.ReadSince(ctx, taken, dcb.Checkpoint{})
	switch {
	case err != nil:
		return err
	case m.seats == 0:
		return errOfTheModel
	case len(events) >= m.seats:
		return courses.ErrCourseFull
	case m.unconditional:
		taken = dcb.Query{}
	}
	seat, err := dcb.Encode(dcb.Facts(m.seat))
	if err != nil {
		return err
	}
	_, err = log.AppendAfter(ctx, seat, taken, known)
	return err
}

func limitedGuest(titled, bounded bool) lab.Guest {
	return lab.Guest{
		Model: "mine/limited", Cast: lab.Cast{Collector: lab.Electives, Quiet: 5},
		Command: func(student courses.StudentID, course courses.CourseID, _ int) dcb.Command {
			return limited{student, course, titled, bounded}
		},
	}
}

func plainGuest(model plain, rush, seats int) lab.Guest {
	return lab.Guest{
		Model: "mine/plain", Cast: lab.Cast{Rush: rush, Seats: seats}, Plain: true,
		Command: func(student courses.StudentID, course courses.CourseID, seats int) dcb.Command {
			model := model
			model.seat = courses.StudentSubscribedToCourse{Student: student, Course: course}
			model.seats = seats
			return model
		},
	}
}

func TestAGuestIsJudgedByWhatItGaveAway(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		guest lab.Guest
		exact bool
		says  string
	}{
		"without the limit of the student": {limitedGuest(false, false), false, "One student asked for 15 courses, and got 15: 5 too many. New titles turned 0 appends away."},
		"too wide":                         {limitedGuest(true, true), true, "One student asked for 15 courses, and got 10. New titles turned 5 appends away."},
		"right":                            {limitedGuest(false, true), true, "One student asked for 15 courses, and got 10. New titles turned 0 appends away."},
		"without a condition":              {plainGuest(plain{unconditional: true, attempts: 1}, 16, 1), false, "16 students wanted 1 seat, and 16 got one."},
		"with a condition":                 {plainGuest(plain{attempts: 1}, 16, 1), true, "16 students wanted 1 seat, and 1 got one."},
		"without a second attempt":         {plainGuest(plain{attempts: 1}, 12, 5), false, "12 students wanted 5 seats, and 1 got one."},
		"with ten attempts":                {plainGuest(plain{attempts: 10}, 12, 5), true, "12 students wanted 5 seats, and 5 got one."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, _ := openLog(t)
			replay, err := test.guest.Race(t.Context(), store, nil)
			require.NoError(t, err)
			assert.Equal(t, test.says, replay.Result.Sentence)
			assert.Equal(t, test.exact, replay.Result.Exact)
			assert.Equal(t, &lab.GuestNote{Model: test.guest.Model}, replay.Guest)
			allDecideBeforeTheFirstAppend(t, replay)
		})
	}
}

func allDecideBeforeTheFirstAppend(t *testing.T, replay lab.Replay) {
	t.Helper()
	decided := map[int]bool{}
	for _, step := range replay.Steps {
		switch step.Kind {
		case lab.Decided:
			decided[step.Contender] = true
		case lab.Sent:
			require.Len(t, decided, len(replay.Contenders), "contender %d did not wait", step.Contender)
			return
		}
	}
}

// A conflict is false if the model itself does not look at what got in between. Who draws the
// boundary around a title looks at it.
func TestAConflictOfAGuestIsJudgedByItsOwnBoundary(t *testing.T) {
	t.Parallel()
	store, _ := openLog(t)
	for log, want := range map[dcb.Log]int{store: 0, lab.Streams(store): 5} {
		replay, err := limitedGuest(false, true).Race(t.Context(), log, nil)
		require.NoError(t, err)
		assert.Equal(t, want, replay.Result.FalseConflicts)
	}
	replay, err := limitedGuest(true, true).Race(t.Context(), store, nil)
	require.NoError(t, err)
	assert.Zero(t, replay.Result.FalseConflicts)
	assert.GreaterOrEqual(t, replay.Result.Conflicts, 5)
}

func TestALaneTellsWhatAPlainCommandDoes(t *testing.T) {
	t.Parallel()
	store, _ := openLog(t)
	replay, err := plainGuest(plain{attempts: 10}, 2, 1).Race(t.Context(), store, nil)
	require.NoError(t, err)
	seated := []lab.Kind{lab.Started, lab.Read, lab.Decided, lab.Sent, lab.Appended, lab.Seated}
	refused := []lab.Kind{lab.Started, lab.Read, lab.Decided, lab.Sent, lab.Conflicted, lab.Read, lab.Decided, lab.Refused}
	assert.ElementsMatch(t, [][]lab.Kind{seated, refused}, [][]lab.Kind{kindsOf(stepsOf(replay.Steps, 1)), kindsOf(stepsOf(replay.Steps, 2))})
	for _, step := range replay.Steps {
		if step.Kind == lab.Read && step.Attempt == 2 {
			assert.Equal(t, 1, step.Events)
			assert.Equal(t, 1, step.Taken)
		}
	}
}

// A red model oversells beside the log, where nobody else reads.
func TestAGuestRacesBesideTheLog(t *testing.T) {
	t.Parallel()
	store, pool := openLog(t)
	replay, err := plainGuest(plain{unconditional: true, attempts: 1}, 16, 1).RaceBeside(t.Context(), pool)
	require.NoError(t, err)
	assert.Equal(t, 15, replay.Result.Oversold)
	assert.True(t, replay.Guest.Beside)
	head, err := store.Head(t.Context())
	require.NoError(t, err)
	assert.Zero(t, head)
	var beside int
	require.NoError(t, pool.QueryRow(t.Context(), `select count(*) from lab_guest.dcb_event where type = 'StudentSubscribedToCourse'`).Scan(&beside))
	assert.Equal(t, 16, beside)
}

func TestTheRaceOfAGuestEndsWithItsError(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "ten seconds of waiting")
	store, _ := openLog(t)
	_, err := plainGuest(plain{attempts: 1}, 2, 0).Race(t.Context(), store, nil)
	require.ErrorIs(t, err, errOfTheModel)
	leavesNothingRunning(t, func(ctx context.Context) {
		_, err := plainGuest(plain{attempts: 1, lock: &sync.Mutex{}}, 2, 1).Race(ctx, store, nil)
		require.ErrorIs(t, err, lab.ErrDidNotMeet)
	})
}
