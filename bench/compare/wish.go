package main

import (
	"fmt"
	"math/rand/v2"
)

// A wish is one decision to take: a student wants a seat in a course.
type wish struct{ course, student string }

func (w wish) courseTag() string  { return "course:" + w.course }
func (w wish) studentTag() string { return "student:" + w.student }

// data is the content of an event for this wish.
func (w wish) data() string {
	return fmt.Sprintf(`{"course":"%s","student":"%s"}`, w.course, w.student)
}

// A load says how the wishes spread over the courses.
type load struct {
	name    string
	courses int // that are open at a time

	// newPick returns a function that picks the course of the next wish.
	newPick func(r *rand.Rand) (pick func() int)
}

// loads returns all loads. Except in hot, the given number of courses is open at a time.
func loads(courses int) []load {
	return []load{
		{"uniform", courses, func(r *rand.Rand) func() int {
			return func() int { return r.IntN(courses) }
		}},
		{"zipf", courses, func(r *rand.Rand) func() int {
			zipf := rand.NewZipf(r, 1.1, 1, uint64(courses-1))
			return func() int { return int(zipf.Uint64()) }
		}},
		{"hot", 1, func(*rand.Rand) func() int {
			return func() int { return 0 }
		}},
	}
}

// A course is replaced by a new one after this many wishes for it: a quarter more than it
// has seats. A student is replaced after a fifth more wishes than they may have courses. So
// about a fifth of all wishes has to be refused, under every load and however fast a way is.
func wishesForCourse(r rules) int  { return max(r.seats+1, r.seats*5/4) }
func wishesForStudent(r rules) int { return max(r.courses+1, r.courses*6/5) }

// wishes are the wishes of a load. Every way gets them in the same order, and a fast way
// gets further.
type wishes struct {
	rules    rules
	random   *rand.Rand
	pick     func() int
	courses  []*openCourse
	students []openStudent
	list     []wish // so far
}

type openCourse struct {
	name   string
	wished int             // how often
	by     map[string]bool // the students: each of them once
}

type openStudent struct {
	name   string
	wished int
}

// newWishes returns the wishes of a load, and the past: the seats that are taken before the
// first wish. Each course begins at a random point of its life. Besides the courses that
// are open, the past has about as many seats as history says, in courses that are full.
func newWishes(l load, r rules, students, history int) (_ *wishes, past []wish) {
	random := rand.New(rand.NewPCG(1, 2)) // the same for every run of the program
	w := &wishes{rules: r, random: random, pick: l.newPick(random)}
	for range l.courses {
		course := &openCourse{name: w.newName(), wished: random.IntN(wishesForCourse(r)), by: map[string]bool{}}
		w.courses = append(w.courses, course)
		for range min(course.wished, r.seats) {
			past = append(past, wish{course: course.name})
		}
	}
	for range history / r.seats {
		name := w.newName()
		for range r.seats {
			past = append(past, wish{course: name})
		}
	}
	// Nobody in the past has more courses than allowed, or the same one twice: the seats of a
	// course stand side by side, and go to students one after the other.
	former := make([]string, max(r.seats, (len(past)+r.courses-1)/r.courses))
	for i := range former {
		former[i] = w.newName()
	}
	for i := range past {
		past[i].student = former[i%len(former)]
	}
	random.Shuffle(len(past), func(i, j int) { past[i], past[j] = past[j], past[i] })
	w.students = make([]openStudent, students)
	for i := range w.students {
		w.students[i].name = w.newName()
	}
	return w, past
}

// upTo returns the first n wishes.
func (w *wishes) upTo(n int) []wish {
	for len(w.list) < n {
		w.list = append(w.list, w.make())
	}
	return w.list[:n]
}

func (w *wishes) make() wish {
	course := w.courses[w.pick()]
	if course.wished == wishesForCourse(w.rules) {
		*course = openCourse{name: w.newName(), by: map[string]bool{}}
	}
	student := &w.students[w.random.IntN(len(w.students))]
	for course.by[student.name] {
		student = &w.students[w.random.IntN(len(w.students))]
	}
	if student.wished == wishesForStudent(w.rules) {
		*student = openStudent{name: w.newName()}
	}
	course.wished++
	student.wished++
	course.by[student.name] = true
	return wish{course: course.name, student: student.name}
}

// newName returns a name that has no neighbours, as an ID would be.
func (w *wishes) newName() string { return fmt.Sprintf("%016x", w.random.Uint64()) }
