package courses

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go-crablet/dcb"
)

// LoadSampleTerm appends [SampleTerm] to an empty log, one decision after the other, and
// reports whether it did. Several processes may do so at once: the events have the same
// IDs each time, so each is stored once. If a process ends in the middle, the next one
// completes its work, unless something else has happened since.
func LoadSampleTerm(ctx context.Context, log dcb.Log) (bool, error) {
	decisions, err := sampleDecisions()
	if err != nil {
		return false, err
	}
	_, err = log.ReadUpTo(ctx, dcb.Query{}, dcb.At(int64(len(SampleTerm()))))
	if !errors.Is(err, dcb.ErrBeyondHead) {
		return false, err // nil if the log is at least as long as the sample term
	}
	last := int64(0)
	for _, events := range decisions {
		last, err = log.AppendAfter(ctx, events, dcb.AllEvents(), dcb.At(last)) // if nothing else has happened
		if errors.Is(err, dcb.ErrConflict) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// sampleDecisions returns the events of the sample term, decision by decision. An event
// without a cause begins a decision, and causes the others of it.
func sampleDecisions() ([][]dcb.InputEvent, error) {
	events, err := dcb.Encode(SampleTerm())
	if err != nil {
		return nil, err
	}
	var decisions [][]dcb.InputEvent
	for i, e := range events {
		e.ID = fmt.Sprintf("00000000-0000-7000-8000-%012d", i+1)
		if e.CausationID == "" {
			decisions = append(decisions, nil)
		} else {
			e.CausationID = decisions[len(decisions)-1][0].ID
		}
		decisions[len(decisions)-1] = append(decisions[len(decisions)-1], e)
	}
	return decisions, nil
}

// SampleTerm returns the facts of a small term to look at: 12 courses and 30 students;
// courses that are empty, full, one seat short of it, waited for, renamed and archived;
// and a student who was promoted. Between the seats are renames and waitlists, which a boundary
// that is too large has inside. The facts keep every rule, and are the same each time.
func SampleTerm() []dcb.Fact {
	var facts []dcb.Fact
	for _, c := range sampleCourses {
		facts = append(facts, CourseDefined{Course: c.id, Title: c.title, Capacity: c.capacity})
	}
	for _, s := range sampleStudents {
		facts = append(facts, s)
	}
	facts = append(facts, sampleSeats()...)
	facts = append(facts,
		StudentUnsubscribedFromCourse{Student: "ivo", Course: "distributed-systems"},
		StudentUnsubscribedFromCourse{Student: "mei", Course: "probability"},
		CourseRenamed{Course: "databases-as-logs", NewTitle: "Databases as Logs"},
		StudentRenamed{Student: "tomas", NewName: "Tomás"},
		StudentJoinedWaitlist{Student: "sofia", Course: "cryptography"},
		StudentJoinedWaitlist{Student: "jonas", Course: "cryptography"},
		StudentJoinedWaitlist{Student: "amara", Course: "cryptography"},
		StudentJoinedWaitlist{Student: "ines", Course: "formal-methods"},
		StudentJoinedWaitlist{Student: "hugo", Course: "formal-methods"})
	facts = append(facts, dcb.Causing(
		StudentUnsubscribedFromCourse{Student: "tariq", Course: "cryptography"},
		seatAfterWaiting("sofia", "cryptography")...)...)
	return append(facts,
		StudentLeftWaitlist{Student: "hugo", Course: "formal-methods"},
		CourseArchived{Course: "human-factors"})
}

// sampleSeats are the facts of students who sit down, and of what happened right before. Students
// sit down in turn, so that neighbours share some courses and not all. The first courses fill one
// after the other; then the others fill together, so that between two seats of one course something
// else happens.
func sampleSeats() []dcb.Fact {
	const oneByOne = 5 // courses
	var facts []dcb.Fact
	sit := func(course, n int) {
		c, student := sampleCourses[course], sampleStudents[(course*7+n)%len(sampleStudents)]
		seat := StudentSubscribedToCourse{Student: student.Student, Course: c.id}
		facts = append(append(facts, sampleMeanwhile[seat]...), seat)
	}
	for i, c := range sampleCourses[:oneByOne] {
		for n := range c.taken {
			sit(i, n)
		}
		if c.grownTo > 0 {
			facts = append(facts, CourseCapacityChanged{Course: c.id, NewCapacity: c.grownTo})
		}
	}
	most := slices.MaxFunc(sampleCourses[oneByOne:], func(a, b sampleCourse) int { return a.taken - b.taken }).taken
	for n := range most {
		for i, c := range sampleCourses {
			if i >= oneByOne && n < c.taken {
				sit(i, n)
			}
		}
	}
	return facts
}

// sampleMeanwhile is what happened right before a student sat down, and what no rule about that
// seat looks at: a boundary that is too large has it inside.
var sampleMeanwhile = map[StudentSubscribedToCourse][]dcb.Fact{
	{"amara", "numerical-methods"}: {CourseRenamed{Course: "numerical-methods", NewTitle: "Numerical Methods"}},
	{"hana", "typography-for-engineers"}: {
		CourseRenamed{Course: "typography-for-engineers", NewTitle: "Typography for Engineers"},
		StudentJoinedWaitlist{Student: "hana", Course: "cryptography"},
	},
	{"emil", "typography-for-engineers"}:  {StudentRenamed{Student: "emil", NewName: "Emil"}},
	{"malik", "human-factors"}:            {StudentJoinedWaitlist{Student: "malik", Course: "cryptography"}},
	{"aiko", "human-factors"}:             {StudentRenamed{Student: "aiko", NewName: "Aiko"}},
	{"wanda", "typography-for-engineers"}: {StudentLeftWaitlist{Student: "hana", Course: "cryptography"}},
	{"dmitri", "operating-systems"}:       {StudentLeftWaitlist{Student: "malik", Course: "cryptography"}},
}

type sampleCourse struct {
	id       CourseID
	title    string
	capacity int
	taken    int
	grownTo  int // the capacity it was given later, or 0
}

var sampleCourses = []sampleCourse{
	{"distributed-systems", "Distributed Systems", 12, 12, 14},
	{"compilers", "Compilers", 16, 15, 0},
	{"type-theory", "Type Theory", 8, 5, 0},
	{"databases-as-logs", "Databases", 120, 22, 0},
	{"cryptography", "Cryptography", 10, 10, 0},
	{"operating-systems", "Operating Systems", 40, 18, 0},
	{"numerical-methods", "Numerics", 30, 9, 0},
	{"human-factors", "Human Factors", 18, 4, 0},
	{"typography-for-engineers", "Typography", 5, 4, 0},
	{"probability", "Probability", 200, 18, 0},
	{"formal-methods", "Formal Methods", 3, 3, 0},
	{"history-of-computing", "History of Computing", 25, 0, 0},
}

var sampleStudents = []StudentRegistered{
	{"ada", "Ada"},
	{"kofi", "Kofi"},
	{"noor", "Noor"},
	{"mei", "Mei"},
	{"ivo", "Ivo"},
	{"tomas", "Tomas"},
	{"yuki", "Yuki"},
	{"lena", "Lena"},
	{"omar", "Omar"},
	{"priya", "Priya"},
	{"sofia", "Sofía"},
	{"jonas", "Jonas"},
	{"amara", "Amara"},
	{"pavel", "Pavel"},
	{"leila", "Leila"},
	{"hugo", "Hugo"},
	{"ines", "Inês"},
	{"ravi", "Ravi"},
	{"freya", "Freya"},
	{"malik", "Malik"},
	{"chloe", "Chloé"},
	{"dmitri", "Dmitri"},
	{"aiko", "Ayko"},
	{"samuel", "Samuel"},
	{"zola", "Zola"},
	{"bruno", "Bruno"},
	{"hana", "Hana"},
	{"emil", "Emile"},
	{"tariq", "Tariq"},
	{"wanda", "Wanda"},
}
