package decisions

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/site"
)

// A busyLog is a log on which others append between the read and the append of a decision.
type busyLog struct {
	events []dcb.Event
	turns  [][]dcb.Fact // what others append before the first append, the second, ...
}

func newBusyLog(t *testing.T, facts ...dcb.Fact) *busyLog {
	log := &busyLog{}
	log.store(t, facts...)
	return log
}

func (l *busyLog) store(t *testing.T, facts ...dcb.Fact) {
	t.Helper()
	events, err := dcb.Encode(facts)
	require.NoError(t, err)
	l.add(events...)
}

func (l *busyLog) add(events ...dcb.InputEvent) {
	for _, e := range events {
		l.events = append(l.events, dcb.Event{
			ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data, CausationID: e.CausationID, Position: int64(len(l.events) + 1),
		})
	}
}

func (l *busyLog) ReadSince(_ context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	return matching(l.events[after.Position:], query), dcb.At(int64(len(l.events))), nil
}

func (l *busyLog) ReadUpTo(_ context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	return matching(l.events[:upTo.Position], query), nil
}

func matching(events []dcb.Event, query dcb.Query) []dcb.Event {
	return slices.DeleteFunc(slices.Clone(events), func(e dcb.Event) bool { return !query.Matches(e) })
}

func (l *busyLog) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if len(l.turns) > 0 {
		meanwhile, err := dcb.Encode(l.turns[0])
		if err != nil {
			return 0, err
		}
		l.add(meanwhile...)
		l.turns = l.turns[1:]
	}
	if found, _, _ := l.ReadSince(ctx, query, known); len(found) > 0 {
		return 0, &dcb.ConflictError{Query: query, After: known.Position, Events: found[:min(10, len(found))]}
	}
	l.add(events...)
	return int64(len(l.events)), nil
}

// record takes a decision on the log and returns its receipt.
func (l *busyLog) record(t *testing.T, cmd dcb.Command, title string) receipt.Receipt {
	t.Helper()
	ctx := dcb.WithCorrelationID(t.Context(), "0192b7e4-5c1a-7d30-9f2e-6a41c08e7f3a")
	ctx, recorder := receipt.Record(ctx, cmd, title)
	_ = cmd.Decide(ctx, l) // the receipt says how it went
	record, ended := recorder.Receipt()
	require.True(t, ended)
	return record
}

// names returns the names of courses and students in the log.
func (l *busyLog) names(t *testing.T) readmodel.Names {
	t.Helper()
	names := readmodel.Names{Courses: map[courses.CourseID]string{}, Students: map[courses.StudentID]string{}}
	for _, e := range l.events {
		fact, err := courses.Decode(e.Type, e.Data)
		require.NoError(t, err)
		switch e := fact.(type) {
		case courses.CourseDefined:
			names.Courses[e.Course] = e.Title
		case courses.StudentRegistered:
			names.Students[e.Student] = string(e.Name)
		}
	}
	return names
}

func takes(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentSubscribedToCourse{Student: student, Course: course}
}

func leaves(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentUnsubscribedFromCourse{Student: student, Course: course}
}

func waits(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentJoinedWaitlist{Student: student, Course: course}
}

// viewed returns the view of a receipt, with the names in the log.
func viewed(t *testing.T, log *busyLog, record receipt.Receipt) receiptView {
	t.Helper()
	return viewReceipt(site.Layout{}, log.names(t), record)
}

// aTerm is a term to decide on: algebra has one seat left, logic has none.
func aTerm() []dcb.Fact {
	return []dcb.Fact{
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 2},
		courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 1},
		courses.StudentRegistered{Student: "ada", Name: "Ada"},
		courses.StudentRegistered{Student: "kofi", Name: "Kofi"},
		courses.StudentRegistered{Student: "noor", Name: "Noor"},
		takes("noor", "algebra"),
		takes("noor", "logic"),
	}
}

// comingAndGoing are turns of one student, who leaves algebra and takes a seat again.
func comingAndGoing(turns int) [][]dcb.Fact {
	all := make([][]dcb.Fact, turns)
	for i := range all {
		all[i] = []dcb.Fact{leaves("noor", "algebra")}
		if i%2 == 1 {
			all[i] = []dcb.Fact{takes("noor", "algebra")}
		}
	}
	return all
}

// fullAlgebra is a course without a free seat, and the students who wait for one. Mei can't
// take it: she has ten courses.
func fullAlgebra(waiting ...courses.StudentID) []dcb.Fact {
	facts := []dcb.Fact{
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 2},
		courses.StudentRegistered{Student: "ada", Name: "Ada"},
		courses.StudentRegistered{Student: "kofi", Name: "Kofi"},
		courses.StudentRegistered{Student: "noor", Name: "Noor"},
		courses.StudentRegistered{Student: "mei", Name: "Mei"},
		courses.StudentRegistered{Student: "ivo", Name: "Ivo"},
		takes("noor", "algebra"), takes("kofi", "algebra"),
	}
	for i := range courses.MaxCourses {
		facts = append(facts, takes("mei", courses.CourseID(fmt.Sprint("course-", i))))
	}
	for _, student := range waiting {
		facts = append(facts, waits(student, "algebra"))
	}
	return facts
}

// lostDecision is the receipt of a decision whose every attempt met a conflict. It repeats a
// single real attempt, since the waits between 64 of them take seconds.
func lostDecision(t *testing.T) receipt.Receipt {
	t.Helper()
	log := newBusyLog(t, aTerm()...)
	log.turns = comingAndGoing(1)
	record := log.record(t, courses.SubscribeStudent{Student: "ada", Course: "algebra"}, "Ada subscribes to Algebra")
	record.Attempts = slices.Repeat(record.Attempts[:1], 64)
	last := *record.Attempts[63].Conflict
	last.Wait, last.GaveUp = 0, true
	record.Attempts[63].Conflict = &last
	return record
}
