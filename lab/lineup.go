package lab

import (
	"context"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"time"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// A Lineup is who takes part in a run, and for what. Its courses and students have ids
// of their own, made of the run's, so that a run never meets those of the real term, or
// of another run, on the same log.
type Lineup struct {
	Courses    []Course    `json:"courses"`
	Contenders []Contender `json:"contenders"`
}

// A Course is one that contenders want a seat in.
type Course struct {
	ID    courses.CourseID `json:"id"`
	Title string           `json:"title"`
	Seats int              `json:"seats"`
}

// A Contender is one decision: a student who wants a seat in a course.
type Contender struct {
	Number  int               `json:"number"` // from 1: its place in the lineup
	Name    string            `json:"name"`
	Student courses.StudentID `json:"student"`
	Course  courses.CourseID  `json:"course"`
	Start   time.Duration     `json:"start"` // when it sets off
}

// seat is the one that the contender wants.
func (c Contender) seat() courses.StudentSubscribedToCourse {
	return courses.StudentSubscribedToCourse{Student: c.Student, Course: c.Course}
}

// idPrefix begins the ids of all courses and students of runs; the run's id follows.
const idPrefix = "race-"

const (
	idLength   = 10 // characters of a run's id, 50 random bits
	idAlphabet = "abcdefghijklmnopqrstuvwxyz234567"
)

func newID() string { return strings.ToLower(rand.Text()[:idLength]) }

// lineup makes who takes part in a race. It depends on the seed and on nothing else,
// but for the ids.
func (r Race) lineup(id string) Lineup {
	random := seeded(r.Seed)
	l := Lineup{}
	for i := range r.Courses {
		l.addCourse(id, fmt.Sprint("Course ", i+1), r.Seats)
	}
	wants, called := random.Perm(r.Contenders), random.Perm(len(names))
	for i := range r.Contenders {
		name := names[called[i%len(names)]]
		if again := i / len(names); again > 0 {
			name = fmt.Sprint(name, " ", again+1)
		}
		l.Contenders = append(l.Contenders, Contender{
			Number:  i + 1,
			Name:    name,
			Student: courses.StudentID(fmt.Sprintf("%s%s-student-%d", idPrefix, id, i+1)),
			Course:  l.Courses[wants[i]%r.Courses].ID,
			Start:   time.Duration(random.Int64N(int64(r.Spread) + 1)),
		})
	}
	return l
}

func (l *Lineup) addCourse(id, title string, seats int) courses.CourseID {
	course := courses.CourseID(fmt.Sprintf("%s%s-course-%d", idPrefix, id, len(l.Courses)+1))
	l.Courses = append(l.Courses, Course{ID: course, Title: title, Seats: seats})
	return course
}

func seeded(seed uint32) *mathrand.Rand {
	return mathrand.New(mathrand.NewPCG(uint64(seed), 0))
}

// define stores the courses and students of a run in one append, on the condition that
// nobody did so before, and returns the position from which on the run begins. It marks
// them with the tag of the run; what contenders decide then is stored as everybody's is.
func (l Lineup) define(ctx context.Context, log dcb.Log, run courses.RaceID) (int64, error) {
	var facts []dcb.Fact
	var taken dcb.Query
	for _, course := range l.Courses {
		facts = append(facts, courses.CourseDefined{Course: course.ID, Title: course.Title, Capacity: course.Seats})
		taken = taken.Or(dcb.NewQuery(dcb.Tags{course.ID.Tag()}))
	}
	registered := map[courses.StudentID]bool{}
	for _, who := range l.Contenders {
		if !registered[who.Student] {
			registered[who.Student] = true
			facts = append(facts, courses.StudentRegistered{Student: who.Student, Name: sealed.Text(who.Name)})
		}
	}
	events, err := dcb.Encode(dcb.WithTags(facts, run.Tag()))
	if err != nil {
		return 0, err
	}
	return log.AppendAfter(ctx, events, taken, dcb.Checkpoint{})
}

// seatIn returns the seat that an event gives to somebody, if it is of that kind.
func seatIn(e dcb.Event) (courses.StudentSubscribedToCourse, bool) {
	fact, err := courses.Decode(e.Type, e.Data)
	seat, ok := fact.(courses.StudentSubscribedToCourse)
	return seat, ok && err == nil
}

// numbers tells whose event one is: contenders by the seat that they want.
func (l Lineup) numbers() map[courses.StudentSubscribedToCourse]int {
	numbers := make(map[courses.StudentSubscribedToCourse]int, len(l.Contenders))
	for _, who := range l.Contenders {
		numbers[who.seat()] = who.Number
	}
	return numbers
}

// names are what contenders are called, in lanes.
var names = strings.Fields(`
	Ada Amara Anton Aylin Bela Bram Chidi Clara Dana Diego Elif Emil Farah Finn Freja Gita
	Greta Hana Hugo Idris Ines Ivo Jana Jonas Juno Kaito Kofi Lena Leif Luca Maren Marta
	Mei Milan Nia Noor Odin Olga Omar Petra Pim Priya Quinn Ravi Rosa Sana Sora Stella
	Tariq Tomas Uma Vera Viggo Wanda Xenia Yara Yuki Zahra Zoe Zeno`)
