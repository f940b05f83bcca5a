package lab

import (
	"context"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"time"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// A Lineup is the contenders of a run, and the courses that they want a seat in. The ids of
// its courses and students contain the id of the run. So a run never meets the real term, or
// another run, on the same log.
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

// A Contender is a student who wants a seat in a course. It makes one decision.
type Contender struct {
	Number  int               `json:"number"` // its place in the lineup, from 1
	Name    string            `json:"name"`
	Student courses.StudentID `json:"student"`
	Course  courses.CourseID  `json:"course"`
	Start   time.Duration     `json:"start"` // when it starts
}

// seat returns the seat that the contender wants.
func (c Contender) seat() courses.StudentSubscribedToCourse {
	return courses.StudentSubscribedToCourse{Student: c.Student, Course: c.Course}
}

// idPrefix begins the ids of all courses and students of runs; the run's id follows.
const idPrefix = "race-"

// lineup makes the contenders and the courses of a race. Except for the ids, they depend on
// nothing but the race and its seed.
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

// define stores the courses and students of a run in one append, on the condition that they
// are not defined yet. It returns the checkpoint of the last of these events. They carry the
// tag of the run; the events of the contenders do not.
func (l Lineup) define(ctx context.Context, log dcb.Log, run courses.RaceID) (dcb.Checkpoint, error) {
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
		return dcb.Checkpoint{}, err
	}
	if _, err := log.AppendAfter(ctx, events, taken, dcb.Checkpoint{}); err != nil {
		return dcb.Checkpoint{}, err
	}
	stored, _, err := log.ReadSince(ctx, dcb.NewQuery(dcb.Tags{run.Tag()}), dcb.Checkpoint{})
	if err == nil && len(stored) == 0 {
		err = dcb.ErrOtherHistory
	}
	if err != nil {
		return dcb.Checkpoint{}, err
	}
	return stored[len(stored)-1].Checkpoint(), nil
}

// seatIn returns the seat that an event gives to a student, if it gives one.
func seatIn(e dcb.Event) (courses.StudentSubscribedToCourse, bool) {
	fact, err := courses.Decode(e.Type, e.Data)
	seat, ok := fact.(courses.StudentSubscribedToCourse)
	return seat, ok && err == nil
}

// numbers returns the numbers of the contenders, by the seats that they want.
func (l Lineup) numbers() map[courses.StudentSubscribedToCourse]int {
	numbers := make(map[courses.StudentSubscribedToCourse]int, len(l.Contenders))
	for _, who := range l.Contenders {
		numbers[who.seat()] = who.Number
	}
	return numbers
}

// names are the names of contenders. No student of the sample term has one of them.
var names = strings.Fields(`
	Abel Anton Aylin Bela Benno Bram Chidi Clara Cleo Dana Diego Dunja Elif Enzo
	Farah Fenja Finn Freja Gino Gita Greta Hilde Idris Imke Jana Jorin Juno Kaito
	Kaya Lasse Leif Luca Maren Marta Mila Milan Nia Nils Odin Olga Oona Pelle
	Petra Pim Quinn Rosa Runa Sana Silas Sora Stella Thea Uma Vera Viggo Xenia
	Yara Zahra Zeno Zoe`)
