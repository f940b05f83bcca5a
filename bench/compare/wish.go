package main

import (
	"fmt"
	"math/rand/v2"
)

// A wish is one decision: a student wants a seat in a course.
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

// A new course takes the place of a course after a quarter more wishes for it than it has
// seats. A new student takes the place of a student after a fifth more wishes than a student
// may have courses. So about a fifth of all wishes must be refused, under every load and
// however fast a way is.
func wishesForCourse(r rules) int  { return max(r.seats+1, r.seats*5/4) }
func wishesForStudent(r rules) int { return max(r.courses+1, r.courses*6/5) }

// wishes are the wishes of a load. Every way gets them in the same order, and a fast way gets
// more of them.
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
	by     map[string]bool // the students who wished for it
}

type openStudent struct {
	name   string
	wished int
}

// newWishes returns the wishes of a load, and the past: the seats taken before the first wish.
// Each open course begins at a random point of its life. The past also has about as many
// seats as history says, in full courses.
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
	// The seats of a course are side by side, and go to the former students in turn. So no
	// student has more courses than allowed, or a course twice.
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

// newName returns a random name, as an ID would be.
func (w *wishes) newName() string { return fmt.Sprintf("%016x", w.random.Uint64()) }
