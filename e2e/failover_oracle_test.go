//go:build linux || darwin

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// An addressed is a server of PostgreSQL, or several of which one accepts writes.
type addressed interface{ URL() string }

// logOf reads the whole log of one server.
func logOf(t testing.TB, server addressed) (log []dcb.Event) {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), server.URL())
	require.NoError(t, err)
	defer pool.Close()
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	defer store.Close()
	for e, err := range store.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{}) {
		require.NoError(t, err)
		log = append(log, e)
	}
	return log
}

// A truth is what a log says, folded by nothing but the rules.
type truth struct {
	capacity map[courses.CourseID]int
	members  map[courses.CourseID]map[courses.StudentID]bool
	taken    map[courses.StudentID]int // courses; of a student who is registered
	answers  map[courses.RequestID][]dcb.Event
	broken   []string // rules
}

// fold says what a log says, and which rules it breaks.
func fold(t testing.TB, log []dcb.Event) *truth {
	t.Helper()
	is := &truth{
		capacity: map[courses.CourseID]int{}, members: map[courses.CourseID]map[courses.StudentID]bool{},
		taken: map[courses.StudentID]int{}, answers: map[courses.RequestID][]dcb.Event{},
	}
	for i, e := range log {
		if e.Position != int64(i+1) {
			is.breaks(e, "it stands in place %d", i+1)
		}
		for _, tag := range e.Tags {
			if request, ok := strings.CutPrefix(string(tag), "request:"); ok {
				is.answers[courses.RequestID(request)] = append(is.answers[courses.RequestID(request)], e)
			}
		}
		fact, err := courses.Decode(e.Type, e.Data)
		require.NoError(t, err)
		is.apply(e, fact)
	}
	return is
}

func (is *truth) apply(e dcb.Event, fact dcb.Fact) {
	switch fact := fact.(type) {
	case courses.CourseDefined:
		if is.members[fact.Course] != nil {
			is.breaks(e, "the course is there already")
			return
		}
		is.capacity[fact.Course], is.members[fact.Course] = fact.Capacity, map[courses.StudentID]bool{}
	case courses.StudentRegistered:
		if _, known := is.taken[fact.Student]; known {
			is.breaks(e, "the student is there already")
			return
		}
		is.taken[fact.Student] = 0
	case courses.StudentSubscribedToCourse:
		members := is.members[fact.Course]
		taken, registered := is.taken[fact.Student]
		switch {
		case members == nil || !registered:
			is.breaks(e, "there is no such course or student")
			return
		case members[fact.Student]:
			is.breaks(e, "the student has a seat already")
		case len(members) >= is.capacity[fact.Course]:
			is.breaks(e, "every seat is taken")
		case taken >= courses.MaxCourses:
			is.breaks(e, "the student has ten courses")
		}
		members[fact.Student] = true
		is.taken[fact.Student]++
	default:
		is.breaks(e, "nobody asked for such a thing")
	}
}

func (is *truth) breaks(e dcb.Event, rule string, args ...any) {
	is.broken = append(is.broken, fmt.Sprintf("%d %s %v: %s", e.Position, e.Type, e.Tags, fmt.Sprintf(rule, args...)))
}

// keepsTheRules requires that a log breaks no rule.
func (is *truth) keepsTheRules(t testing.TB, log string) {
	t.Helper()
	const enough = 5
	assert.Empty(t, is.broken[:min(len(is.broken), enough)], "the first of %d broken rules in the %s", len(is.broken), log)
}

// answered reports whether a log has what carries a request out, and nothing else under
// its key.
func (is *truth) answered(n note) bool {
	events := is.answers[n.Request]
	return len(events) == 1 && events[0].Type == n.Type && slices.Contains(events[0].Tags, n.Asked)
}

// stands reports whether a refusal is still right in the end. None of these is ever
// otherwise again, for nobody leaves a course.
func (is *truth) stands(n note) bool {
	members := is.members[n.Course]
	switch n.Refusal {
	case courses.ErrCourseFull:
		return len(members) == is.capacity[n.Course]
	case courses.ErrTooManyCourses:
		return is.taken[n.Student] == courses.MaxCourses
	case courses.ErrAlreadySubscribed:
		return members[n.Student]
	case courses.ErrNoSuchCourse, courses.ErrNoSuchStudent:
		return true // at the time
	case courses.ErrCourseExists:
		return members != nil
	case courses.ErrStudentExists:
		_, registered := is.taken[n.Student]
		return registered
	default:
		return false
	}
}

// A verdict counts the outcomes of the requests.
type verdict struct {
	acknowledged, refused int
	lost, doubled         []note
	wrong                 []string // anything else
}

// judge holds what was told against the log.
func judge(told []note, is *truth) (v verdict) {
	asked := map[courses.RequestID]bool{}
	for _, n := range told {
		asked[n.Request] = true
		switch events := is.answers[n.Request]; {
		case len(events) > 1:
			v.doubled = append(v.doubled, n)
		case n.Refusal != "":
			v.refused++
			if len(events) > 0 {
				v.wrong = append(v.wrong, fmt.Sprintf("%s was told %q and stands at %d", n.Request, n.Refusal, events[0].Position))
			}
		case len(events) == 0:
			v.acknowledged++
			v.lost = append(v.lost, n)
		case !is.answered(n):
			v.wrong = append(v.wrong, fmt.Sprintf("%s asked for something else than %d %s", n.Request, events[0].Position, events[0].Type))
		default:
			v.acknowledged++
		}
	}
	for request, events := range is.answers {
		if !asked[request] && !strings.HasPrefix(string(request), "import-") { // whose lines say what became of them
			v.wrong = append(v.wrong, fmt.Sprintf("nobody was told of %s, which stands at %d", request, events[0].Position))
		}
	}
	return v
}

func (v verdict) String() string {
	return fmt.Sprintf("%d acknowledged, %d refused, %d lost, %d doubled", v.acknowledged, v.refused, len(v.lost), len(v.doubled))
}

// firstAfter returns how long after a moment the first event was stored that is new.
func firstAfter(t testing.TB, log []dcb.Event, moment time.Time) time.Duration {
	t.Helper()
	i := slices.IndexFunc(log, func(e dcb.Event) bool { return e.RecordedAt.After(moment) })
	require.GreaterOrEqual(t, i, 0, "nothing was stored after the promotion")
	return log[i].RecordedAt.Sub(moment)
}

// fork returns how many events two logs have in common.
func fork(one, another []dcb.Event) (n int) {
	for n < len(one) && n < len(another) && one[n].ID == another[n].ID && one[n].RecordedAt.Equal(another[n].RecordedAt) {
		n++
	}
	return n
}
