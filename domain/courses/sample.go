package courses

import (
	"context"
	"errors"

	"go-crablet/dcb"
)

// LoadSampleTerm appends [SampleTerm], if the log is empty, and reports whether it
// did. Of several processes that start at once, one does.
func LoadSampleTerm(ctx context.Context, log dcb.Log) (bool, error) {
	events, err := dcb.Encode(SampleTerm())
	if err != nil {
		return false, err
	}
	_, err = log.AppendEvents(ctx, events, dcb.AllEvents(), 0) // "nothing at all has happened"
	if errors.Is(err, dcb.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

// SampleTerm returns the facts of a small term to look at: 12 courses, 30
// students, courses that are empty, full and one seat short of it. They keep
// every rule, and are the same each time.
func SampleTerm() []dcb.Fact {
	var facts []dcb.Fact
	for _, c := range sampleCourses {
		facts = append(facts, CourseDefined{Course: c.id, Title: c.title, Capacity: c.capacity})
	}
	for _, s := range sampleStudents {
		facts = append(facts, s)
	}
	// Students sit down in turn, so that neighbours share some courses and not all.
	for i, c := range sampleCourses {
		for n := range c.taken {
			student := sampleStudents[(i*7+n)%len(sampleStudents)]
			facts = append(facts, StudentSubscribedToCourse{Student: student.Student, Course: c.id})
		}
		if c.grownTo > 0 {
			facts = append(facts, CourseCapacityChanged{Course: c.id, NewCapacity: c.grownTo})
		}
	}
	return append(facts,
		StudentUnsubscribedFromCourse{Student: "ivo", Course: "distributed-systems"},
		StudentUnsubscribedFromCourse{Student: "mei", Course: "probability"})
}

var sampleCourses = []struct {
	id       CourseID
	title    string
	capacity int
	taken    int
	grownTo  int // the capacity it was given later, or 0
}{
	{"distributed-systems", "Distributed Systems", 12, 12, 14},
	{"compilers", "Compilers", 16, 15, 0},
	{"type-theory", "Type Theory", 8, 5, 0},
	{"databases-as-logs", "Databases as Logs", 120, 22, 0},
	{"cryptography", "Cryptography", 10, 10, 0},
	{"operating-systems", "Operating Systems", 40, 18, 0},
	{"numerical-methods", "Numerical Methods", 30, 9, 0},
	{"human-factors", "Human Factors", 18, 4, 0},
	{"typography-for-engineers", "Typography for Engineers", 5, 4, 0},
	{"probability", "Probability", 200, 26, 0},
	{"formal-methods", "Formal Methods", 3, 3, 0},
	{"history-of-computing", "History of Computing", 25, 0, 0},
}

var sampleStudents = []StudentRegistered{
	{"ada", "Ada"},
	{"kofi", "Kofi"},
	{"noor", "Noor"},
	{"mei", "Mei"},
	{"ivo", "Ivo"},
	{"tomas", "Tomás"},
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
	{"aiko", "Aiko"},
	{"samuel", "Samuel"},
	{"zola", "Zola"},
	{"bruno", "Bruno"},
	{"hana", "Hana"},
	{"emil", "Emil"},
	{"tariq", "Tariq"},
	{"wanda", "Wanda"},
}
