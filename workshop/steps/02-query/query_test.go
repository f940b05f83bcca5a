package query

import (
	"testing"

	"go-crablet/dcb"
)

const (
	algebra = dcb.Tag("course_id:algebra")
	logic   = dcb.Tag("course_id:logic")
	ada     = dcb.Tag("student_id:ada")
	kofi    = dcb.Tag("student_id:kofi")
)

// sees reports whether Ada's decision about Algebra reads that a student took a seat in a course.
func sees(student, course dcb.Tag) bool {
	return Boundary(algebra, ada).Matches(dcb.Event{Type: "SeatTaken", Tags: dcb.Tags{student, course}})
}

func TestASeatThatSomebodyElseTakesCounts(t *testing.T) {
	if !sees(kofi, algebra) {
		t.Error("Kofi took a seat in Algebra, and Ada's decision does not read it. It counts one seat too few.")
	}
}

func TestAnotherCourseOfTheStudentCounts(t *testing.T) {
	if !sees(ada, logic) {
		t.Error("Ada took a seat in Logic, and her decision about Algebra does not read it. It counts one course too few.")
	}
}

func TestStrangersDoNotCount(t *testing.T) {
	if sees(kofi, logic) {
		t.Error("Kofi took a seat in Logic, and Ada's decision about Algebra reads it. He would make her decide again for nothing.")
	}
}
