package courses_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	. "go-crablet/domain/courses"
	"go-crablet/internal/effort"
)

// Random commands are carried out one after the other. After each of them, who sits and who
// waits where is what a plain model says, and no seat is free for which somebody with room
// waits. There are few students and small
// courses, and the first students do more than the others: so some have ten courses, and courses
// are full.
func TestNoSeatIsFreeForSomebodyInLine(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	became := map[string]int{} // how often a command was accepted, and how often it promoted somebody
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 1))
		term, log := newTerm(random), new(dcbtest.Memory)
		for _, fact := range term.facts() {
			appendTo(t, log, fact)
		}
		for range 200 {
			cmd := term.randomCommand(random)
			before := eventsOf(t, log)
			accepted := term.carryOut(cmd)
			err := cmd.Decide(t.Context(), log)
			require.Equal(t, accepted, err == nil, "seed %d, %#v: %v", seed, cmd, err)
			if err != nil {
				_, refused := errors.AsType[Refusal](err)
				require.True(t, refused, "%v", err)
			}
			after := eventsOf(t, log)
			h := hallOf(t, after)
			term.requireSame(t, h, fmt.Sprintf("seed %d, after %#v", seed, cmd))
			h.requireNobodyLeftInLine(t)
			count(became, cmd, after[len(before):])
		}
	}
	for _, name := range []string{"SubscribeStudent", "UnsubscribeStudent", "JoinWaitlist", "LeaveWaitlist", "ChangeCapacity", "ArchiveCourse", "SwapSeats", "LeaveAltogether", "LeaveArchivedCourses"} {
		assert.Positive(t, became[name], name)
	}
	for _, name := range []string{"UnsubscribeStudent", "ChangeCapacity", "SwapSeats", "LeaveAltogether", "LeaveArchivedCourses"} {
		assert.Positive(t, became[name+" promoted"], name)
	}
}

func count(became map[string]int, cmd dcb.Command, events []dcb.Event) {
	if len(events) == 0 {
		return
	}
	name := fmt.Sprintf("%T", cmd)[len("courses."):]
	became[name]++
	if slices.ContainsFunc(events, func(e dcb.Event) bool { return e.Type == "StudentSubscribedToCourse" && e.CausationID != "" }) {
		became[name+" promoted"]++
	}
}

func appendTo(t *testing.T, log dcb.Log, fact dcb.Fact) {
	t.Helper()
	events, err := dcb.Encode(dcb.Facts(fact))
	require.NoError(t, err)
	_, err = log.AppendAfter(t.Context(), events, dcb.Query{}, dcb.Checkpoint{})
	require.NoError(t, err)
}

func eventsOf(t *testing.T, log dcb.Log) []dcb.Event {
	t.Helper()
	events, _, err := log.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	return events
}

// A term is the rules once more, without events: lists that are changed in place.
type term struct {
	students []StudentID
	courses  []CourseID
	capacity map[CourseID]int // 0 when it is archived
	archived map[CourseID]bool
	seats    []seat // the longest held first
	line     []seat // what students wait for, the longest waiting first
}

// A seat is a student in a course.
type seat struct {
	student StudentID
	course  CourseID
}

func newTerm(random *rand.Rand) *term {
	m := &term{capacity: map[CourseID]int{}, archived: map[CourseID]bool{}}
	for i := range 20 {
		m.courses = append(m.courses, numberedCourse(i))
		m.capacity[numberedCourse(i)] = 1 + random.IntN(3)
	}
	for i := range 5 {
		m.students = append(m.students, numbered("student", i))
	}
	return m
}

func (m *term) facts() (facts []dcb.Fact) {
	for _, course := range m.courses {
		facts = append(facts, CourseDefined{Course: course, Title: "Course", Capacity: m.capacity[course]})
	}
	for _, student := range m.students {
		facts = append(facts, StudentRegistered{Student: student, Name: "Student"})
	}
	return facts
}

// randomCommand mostly returns one that changes something: whoever leaves has something to leave.
func (m *term) randomCommand(random *rand.Rand) dcb.Command {
	one := func(list []seat) seat {
		if len(list) > 0 && random.IntN(10) > 0 {
			return list[random.IntN(len(list))]
		}
		i := min(random.IntN(5), random.IntN(5), random.IntN(5)) // the first do most
		return seat{m.students[i], m.courses[random.IntN(len(m.courses))]}
	}
	seated, waits := one(m.seats), one(m.line)
	switch n := random.IntN(100); {
	case n < 42:
		return SubscribeStudent{Student: one(nil).student, Course: one(nil).course}
	case n < 64:
		return JoinWaitlist{Student: one(nil).student, Course: one(nil).course}
	case n < 71:
		return UnsubscribeStudent{Student: seated.student, Course: seated.course}
	case n < 72:
		return LeaveWaitlist{Student: waits.student, Course: waits.course}
	case n < 77:
		return ChangeCapacity{Course: waits.course, NewCapacity: 1 + random.IntN(3)}
	case n < 91:
		return SwapSeats{Student: seated.student, From: seated.course, To: one(nil).course}
	case n < 92:
		return LeaveAltogether{Student: one(nil).student}
	case n < 96:
		return ArchiveCourse{Course: one(nil).course}
	default:
		return LeaveArchivedCourses{Student: one(m.archivedSeats()).student}
	}
}

func (m *term) archivedSeats() []seat {
	return slices.DeleteFunc(slices.Clone(m.seats), func(s seat) bool { return !m.archived[s.course] })
}

func (m *term) taken(course CourseID) (n int) {
	for _, s := range m.seats {
		if s.course == course {
			n++
		}
	}
	return n
}

func (m *term) coursesOf(student StudentID) (n int) {
	for _, s := range m.seats {
		if s.student == student {
			n++
		}
	}
	return n
}

func (m *term) isFree(course CourseID) bool { return m.taken(course) < m.capacity[course] }

// remove removes a seat or a place from a list, and reports whether it was there.
func remove(list *[]seat, gone func(seat) bool) bool {
	n := len(*list)
	*list = slices.DeleteFunc(*list, gone)
	return len(*list) < n
}

func is(one seat) func(seat) bool { return func(s seat) bool { return s == one } }

// settle gives seats away until nobody in line can have one.
func (m *term) settle() {
	for {
		i := slices.IndexFunc(m.line, func(p seat) bool { return m.isFree(p.course) && m.coursesOf(p.student) < MaxCourses })
		if i < 0 {
			return
		}
		m.seats = append(m.seats, m.line[i])
		m.line = slices.Delete(m.line, i, i+1)
	}
}

// carryOut carries a command out, and reports whether the rules let it.
func (m *term) carryOut(cmd dcb.Command) bool {
	defer m.settle()
	switch cmd := cmd.(type) {
	case SubscribeStudent:
		return m.subscribe(seat{cmd.Student, cmd.Course})
	case UnsubscribeStudent:
		return remove(&m.seats, is(seat{cmd.Student, cmd.Course}))
	case JoinWaitlist:
		return m.join(seat{cmd.Student, cmd.Course})
	case LeaveWaitlist:
		return remove(&m.line, is(seat{cmd.Student, cmd.Course}))
	case SwapSeats:
		return m.swap(seat{cmd.Student, cmd.From}, seat{cmd.Student, cmd.To})
	case ChangeCapacity:
		if m.archived[cmd.Course] || m.capacity[cmd.Course] == cmd.NewCapacity {
			return false
		}
		m.capacity[cmd.Course] = cmd.NewCapacity
		return true
	case ArchiveCourse:
		before := m.archived[cmd.Course]
		m.capacity[cmd.Course], m.archived[cmd.Course] = 0, true
		remove(&m.line, func(p seat) bool { return p.course == cmd.Course })
		return !before
	case LeaveAltogether:
		left := remove(&m.seats, func(s seat) bool { return s.student == cmd.Student })
		return remove(&m.line, func(p seat) bool { return p.student == cmd.Student }) || left
	case LeaveArchivedCourses:
		return remove(&m.seats, func(s seat) bool { return s.student == cmd.Student && m.archived[s.course] })
	default:
		panic(fmt.Sprintf("%T", cmd))
	}
}

func (m *term) subscribe(s seat) bool {
	if slices.Contains(m.seats, s) || !m.isFree(s.course) || m.coursesOf(s.student) >= MaxCourses {
		return false
	}
	remove(&m.line, is(s))
	m.seats = append(m.seats, s)
	return true
}

func (m *term) join(s seat) bool {
	if slices.Contains(m.seats, s) || slices.Contains(m.line, s) || m.isFree(s.course) || m.archived[s.course] {
		return false
	}
	m.line = append(m.line, s)
	return true
}

func (m *term) swap(from, to seat) bool {
	if from == to || !slices.Contains(m.seats, from) || slices.Contains(m.seats, to) || !m.isFree(to.course) {
		return false
	}
	remove(&m.seats, is(from))
	remove(&m.line, is(to))
	m.seats = append(m.seats, to)
	return true
}

// requireSame requires that the same students sit in each course, and wait for it in the same
// order.
func (m *term) requireSame(t *testing.T, h hall, msg string) {
	t.Helper()
	for _, course := range m.courses {
		require.ElementsMatch(t, studentsOf(m.seats, course), h.seated[course], "seats of %s, %s", course, msg)
		require.Equal(t, studentsOf(m.line, course), append([]StudentID{}, h.waiting[course]...), "line of %s, %s", course, msg)
	}
}

func studentsOf(list []seat, course CourseID) []StudentID {
	students := []StudentID{}
	for _, s := range list {
		if s.course == course {
			students = append(students, s.student)
		}
	}
	return students
}
