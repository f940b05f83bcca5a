package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A script is a log that is written by hand: each line is one append. Its request is named after
// its line, and it was told as stored.
type script struct {
	t *testing.T
	*oracle
	lines int
}

func newScript(t *testing.T) *script { return &script{t: t, oracle: newOracle()} }

// happens appends facts for a request.
func (s *script) happens(facts ...dcb.Fact) {
	s.lines++
	s.happensFor(courses.RequestID(fmt.Sprint("r", s.lines)), facts...)
}

func (s *script) happensFor(request courses.RequestID, facts ...dcb.Fact) {
	if s.log.requests[request] == nil {
		s.asked(request)
	}
	asked := courses.Asked(courses.LeaveAltogether{Student: "ada", Request: request})
	given, err := dcb.Encode(dcb.WithTags(facts, request.Tag(), asked))
	require.NoError(s.t, err)
	for _, e := range given {
		s.read(dcb.Event{ID: dcb.NewID(), Type: e.Type, Tags: e.Tags, Data: e.Data, Position: s.events + 1})
	}
	s.endAppend()
}

func (s *script) asked(request courses.RequestID) {
	fields, err := json.Marshal(courses.LeaveAltogether{Student: "ada", Request: request})
	require.NoError(s.t, err)
	require.NoError(s.t, s.log.hear(note{Request: request, Asked: &notedCommand{"LeaveAltogether", fields}}))
}

func (s *script) told(n note) { require.NoError(s.t, s.log.hear(n)) }

// begins makes two courses with one seat each, and three students.
func (s *script) begins() *script {
	s.happens(courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 1})
	s.happens(courses.CourseDefined{Course: "sets", Title: "Sets", Capacity: 1})
	for _, who := range []courses.StudentID{"ada", "kofi", "noor"} {
		s.happens(courses.StudentRegistered{Student: who, Name: "A student"})
	}
	return s
}

func sits(who courses.StudentID, where courses.CourseID) dcb.Fact {
	return courses.StudentSubscribedToCourse{Student: who, Course: where}
}

func leaves(who courses.StudentID, where courses.CourseID) dcb.Fact {
	return courses.StudentUnsubscribedFromCourse{Student: who, Course: where}
}

func waits(who courses.StudentID, where courses.CourseID) dcb.Fact {
	return courses.StudentJoinedWaitlist{Student: who, Course: where}
}

func waitsNoMore(who courses.StudentID, where courses.CourseID) dcb.Fact {
	return courses.StudentLeftWaitlist{Student: who, Course: where}
}

func TestTheOracleFindsWhatBreaksARule(t *testing.T) {
	t.Parallel()
	for finds, write := range map[string]func(s *script){
		"": func(s *script) {
			s.happens(sits("ada", "logic"))
			s.happens(waits("kofi", "logic"))
			s.happens(waits("noor", "logic"))
			s.happens(leaves("ada", "logic"), sits("kofi", "logic"), waitsNoMore("kofi", "logic"))
			s.happens(courses.CourseCapacityChanged{Course: "logic", NewCapacity: 2}, sits("noor", "logic"), waitsNoMore("noor", "logic"))
			s.happens(courses.StudentForgotten{Student: "ada"})
		},
		"oversold: ":            func(s *script) { s.happens(sits("ada", "logic")); s.happens(sits("kofi", "logic")) },
		"has a seat in logic a": func(s *script) { s.happens(sits("ada", "logic")); s.happens(sits("ada", "logic")) },
		"waitlist order: ": func(s *script) {
			s.happens(sits("ada", "logic"))
			s.happens(waits("kofi", "logic"))
			s.happens(waits("noor", "logic"))
			s.happens(leaves("ada", "logic"), sits("noor", "logic"), waitsNoMore("noor", "logic"))
		},
		"is free, and kofi waits": func(s *script) {
			s.happens(sits("ada", "logic"))
			s.happens(waits("kofi", "logic"))
			s.happens(leaves("ada", "logic"))
		},
		"and has none":        func(s *script) { s.happens(leaves("ada", "logic")) },
		"and is not on it":    func(s *script) { s.happens(waitsNoMore("ada", "logic")) },
		"a second time":       func(s *script) { s.happens(courses.StudentRegistered{Student: "ada", Name: "Ada"}) },
		"or waits for one":    func(s *script) { s.happens(sits("ada", "logic")); s.happens(courses.StudentForgotten{Student: "ada"}) },
		"which is archived":   func(s *script) { s.happens(courses.CourseArchived{Course: "logic"}); s.happens(sits("ada", "logic")) },
		"the title that it h": func(s *script) { s.happens(courses.CourseRenamed{Course: "logic", NewTitle: "Logic"}) },
		"and has ten": func(s *script) {
			for i := range 11 {
				id := courses.CourseID(fmt.Sprint("course-", i))
				s.happens(courses.CourseDefined{Course: id, Title: "A course", Capacity: 1})
				s.happens(sits("ada", id))
			}
		},
	} {
		t.Run(finds, func(t *testing.T) {
			t.Parallel()
			s := newScript(t).begins()
			write(s)
			s.log.judge(s.finds)
			if finds == "" {
				require.Empty(t, s.found)
				return
			}
			require.Contains(t, strings.Join(s.found, "\n"), finds)
		})
	}
}

func TestTheOracleHoldsTheLogAgainstWhatWasTold(t *testing.T) {
	t.Parallel()
	const at = 6 // where the next event stands
	for finds, write := range map[string]func(s *script){
		"": func(s *script) {
			s.happensFor("seat", sits("ada", "logic"))
			s.told(note{Request: "seat", Told: stored, At: at})
			s.told(note{Request: "seat", Told: unchanged})
			s.asked("never told")
			s.asked("refused")
			s.told(note{Request: "refused", Told: refused})
			s.happensFor("unknown", leaves("ada", "logic"))
			s.told(note{Request: "unknown", Told: unknown})
			s.asked("refused, and not told when it came again")
			s.told(note{Request: "refused, and not told when it came again", Told: refused})
			s.asked("refused, and not told when it came again")
			s.happensFor("refused, and not told when it came again", sits("ada", "logic"))
		},
		"acknowledged and lost: ": func(s *script) { s.asked("seat"); s.told(note{Request: "seat", Told: stored, At: at}) },
		"refused and stored: ": func(s *script) {
			s.happensFor("seat", sits("ada", "logic"))
			s.told(note{Request: "seat", Told: refused})
		},
		"twice: ": func(s *script) {
			s.happensFor("seat", sits("ada", "logic"))
			s.happens(leaves("ada", "logic"))
			s.happensFor("seat", sits("ada", "logic"))
		},
		"was told that it stands at 3": func(s *script) {
			s.happensFor("seat", sits("ada", "logic"))
			s.told(note{Request: "seat", Told: stored, At: 3})
		},
		"nobody asked": func(s *script) {
			s.happensFor("seat", sits("ada", "logic"))
			delete(s.log.requests, "seat")
			s.happensFor("seat", leaves("ada", "logic"))
			delete(s.log.requests, "again")
			s.read(dcb.Event{ID: dcb.NewID(), Type: "CourseArchived", Tags: dcb.Tags{"course_id:sets", "request:again"}, Data: []byte(`{"course_id":"sets"}`), Position: s.events + 1})
			s.endAppend()
		},
		"before its cause": func(s *script) {
			s.read(dcb.Event{ID: dcb.NewID(), Type: "ElementAppended", CausationID: dcb.NewID(), Position: s.events + 1})
		},
		"stands in place": func(s *script) { s.read(dcb.Event{ID: dcb.NewID(), Type: "ElementAppended", Position: 9}) },
	} {
		t.Run(finds, func(t *testing.T) {
			t.Parallel()
			s := newScript(t).begins()
			write(s)
			s.endAppend()
			s.log.judge(s.finds)
			if finds == "" {
				require.Empty(t, s.found)
				return
			}
			require.Contains(t, strings.Join(s.found, "\n"), finds)
		})
	}
}

func TestTheOracleHoldsTheLogAgainstReceipts(t *testing.T) {
	t.Parallel()
	said := func(readTo int64, of courses.Refusal) refusal {
		r := refusal{receipt: "abc", readTo: readTo, of: of}
		r.input.Student, r.input.Course = "kofi", "logic"
		return r
	}
	s := newScript(t)
	s.receipts.refused = []refusal{said(5, courses.ErrCourseFull), said(6, courses.ErrCourseFull), said(6, courses.ErrAlreadySubscribed), said(9, courses.ErrCourseFull)}
	s.receipts.appended[3] = "another event"
	s.receipts.sort()
	s.begins().happens(sits("ada", "logic"))
	s.receipts.finish(s.finds)
	require.Equal(t, []string{
		"the receipt abc says that at 5 a rule refused: every seat in this course is taken",
		"the receipt abc says that at 6 a rule refused: the student has a seat in this course already",
		"a receipt says that the event another event was stored at 3, and it is not there",
		"the receipt abc says that the decision had read up to 9, where the log has not come",
	}, s.found)
}

func TestADifferenceBetweenTablesIsFound(t *testing.T) {
	t.Parallel()
	s := newScript(t).begins()
	s.happens(sits("ada", "logic"))
	rows := s.rows()
	for of := range rows {
		rows[of] += " | more"
	}
	s.compare(rows)
	require.Empty(t, s.found)
	delete(rows, "place of ada in logic, waiting f")
	rows["course sets"] = "Sets: 1 of 1, 0 wait, archived f | more"
	rows["course knots"] = "Knots | more"
	s.compare(rows)
	require.Len(t, s.found, 3)
}

func TestEveryCommandComesBackFromTheNotes(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		cmd := kind.make(wish{course: "logic", other: "sets", student: "ada", request: "r1", number: 7})
		noted, err := noteOf(cmd)
		require.NoError(t, err)
		again, err := noted.command()
		require.NoError(t, err)
		require.Equal(t, cmd, again)
		require.EqualValues(t, "r1", requestOf(cmd))
	}
	_, err := notedCommand{Type: "Nothing"}.command()
	require.Error(t, err)
}
