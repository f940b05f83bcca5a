// Package bigterm fills a log with a term of any size, for measuring. Its
// facts keep the rules, and are the same each time.
package bigterm

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// A Size says how large a term is.
type Size struct {
	Courses  int
	Students int
	Events   int // in all
}

// Large is the size that pages are measured with.
var Large = Size{Courses: 10_000, Students: 100_000, Events: 1_000_000}

// The course with as many seats as a course may have, all of them taken, and a
// waitlist. All other courses are of an ordinary size.
const Fullest = courses.CourseID("course-1")

// Load copies the facts of a term into an empty log, past the store: by COPY, since
// appending a million events would take longer than what is to be measured.
func Load(ctx context.Context, pool *pgxpool.Pool, size Size) error {
	next, stop := iter.Pull(Facts(size))
	defer stop()
	position := int64(0)
	_, err := pool.CopyFrom(ctx, pgx.Identifier{"dcb_event"}, []string{"position", "id", "type", "tags", "data"},
		pgx.CopyFromFunc(func() ([]any, error) {
			fact, ok := next()
			if !ok {
				return nil, nil
			}
			position++
			data, err := json.Marshal(fact)
			return []any{position, dcb.NewID(), fact.EventType(), fact.Tags(), data}, err
		}))
	if err != nil {
		return fmt.Errorf("copy the events: %w", err)
	}
	for _, sql := range []string{
		`insert into dcb_event_tag (tag, position, type) select unnest(tags), position, type from dcb_event`,
		`vacuum analyze dcb_event, dcb_event_tag`, // as autovacuum would, in time
	} {
		if _, err := pool.Exec(ctx, sql); err != nil {
			return fmt.Errorf("index the events: %w", err)
		}
	}
	return nil
}

// Facts returns the facts of a term: first all courses and students, then students
// who take seats, wait for them and leave.
func Facts(size Size) iter.Seq[dcb.Fact] {
	return func(yield func(dcb.Fact) bool) {
		term := newTerm(size)
		for _, c := range term.courses {
			if !yield(courses.CourseDefined{Course: c.id, Title: title(c.number), Capacity: c.capacity}) {
				return
			}
		}
		for _, s := range term.students {
			if !yield(courses.StudentRegistered{Student: s.id, Name: sealed.Text(name(s.number))}) {
				return
			}
		}
		for n := size.Courses + size.Students; n < size.Events; n++ {
			if !yield(term.next()) {
				return
			}
		}
	}
}

var (
	subjects   = []string{"Algebra", "Compilers", "Logic", "Databases", "Typography", "Cryptography", "Networks", "Probability"}
	qualities  = []string{"Applied", "Advanced", "Practical", "Historical", "Numerical", "Distributed", "Formal"}
	givenNames = []string{"Ada", "Kofi", "Noor", "Mei", "Ivo", "Tomás", "Yuki", "Lena", "Omar", "Priya", "Sofía", "Jonas", "Zoë"}
	surnames   = []string{"Lovelace", "Mensah", "Haddad", "Chen", "Petrov", "García", "Tanaka", "Novák", "Okafor", "Ólafsdóttir", "Müller"}
)

func title(n int) string {
	return fmt.Sprintf("%s %s %d", qualities[n%len(qualities)], subjects[n%len(subjects)], n)
}

func name(n int) string {
	return fmt.Sprintf("%s %s %d", givenNames[n%len(givenNames)], surnames[n%len(surnames)], n)
}

// A term is who sits and waits where, so far.
type term struct {
	random   *rand.Rand
	courses  []*course
	students []*student
}

type course struct {
	id       courses.CourseID
	number   int
	capacity int
	seats    int
	waiting  []*student // the longest first
}

type student struct {
	id      courses.StudentID
	number  int
	taken   []*course
	waiting []*course
}

func newTerm(size Size) *term {
	t := &term{random: rand.New(rand.NewPCG(1, 2))}
	for n := range size.Courses {
		c := &course{id: courses.CourseID(fmt.Sprintf("course-%d", n+1)), number: n + 1, capacity: 10 + t.random.IntN(90)}
		if c.id == Fullest {
			c.capacity = courses.MaxCapacity
		}
		t.courses = append(t.courses, c)
	}
	for n := range size.Students {
		t.students = append(t.students, &student{id: courses.StudentID(fmt.Sprintf("student-%d", n+1)), number: n + 1})
	}
	return t
}

// next lets something happen.
func (t *term) next() dcb.Fact {
	for {
		s := t.students[t.random.IntN(len(t.students))]
		if len(s.taken) > 0 && t.random.IntN(10) < 4 {
			i := t.random.IntN(len(s.taken))
			if c := s.taken[i]; len(c.waiting) == 0 && c.id != Fullest { // a seat that frees goes to who waits, by rule
				s.taken = slices.Delete(s.taken, i, i+1)
				c.seats--
				return courses.StudentUnsubscribedFromCourse{Student: s.id, Course: c.id}
			}
			continue
		}
		c := t.courses[t.random.IntN(len(t.courses))]
		if t.random.IntN(20) == 0 {
			c = t.courses[0]
		}
		switch {
		case slices.Contains(s.taken, c) || slices.Contains(s.waiting, c):
		case c.seats < c.capacity && len(s.taken) < courses.MaxCourses:
			s.taken = append(s.taken, c)
			c.seats++
			return courses.StudentSubscribedToCourse{Student: s.id, Course: c.id}
		case c.seats >= c.capacity && len(c.waiting) < courses.MaxWaiting:
			s.waiting = append(s.waiting, c)
			c.waiting = append(c.waiting, s)
			return courses.StudentJoinedWaitlist{Student: s.id, Course: c.id}
		}
	}
}
