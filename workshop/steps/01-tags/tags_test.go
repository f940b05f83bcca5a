package tags

import (
	"testing"

	"go-crablet/dcb"
)

// found returns how many events the page with these tags shows after Ada took a seat in Algebra.
func found(tags dcb.Tags) (count int) {
	page := dcb.NewQuery(tags)
	for _, e := range TakeSeat("ada", "algebra") {
		if page.Matches(dcb.Event{Type: e.Type, Tags: e.Tags}) {
			count++
		}
	}
	return count
}

func TestThePageOfTheCourseShowsTheSeat(t *testing.T) {
	if count := found(dcb.NewTags("course_id", "algebra")); count != 1 {
		t.Errorf("Ada took a seat. The page of Algebra reads the events with the tag course_id:algebra, and finds %d.", count)
	}
}

func TestThePageOfTheStudentShowsTheSeat(t *testing.T) {
	if count := found(dcb.NewTags("student_id", "ada")); count != 1 {
		t.Errorf("Ada took a seat. Her page reads the events with the tag student_id:ada, and finds %d.", count)
	}
}

func TestOneSeatIsOneEvent(t *testing.T) {
	if count := len(TakeSeat("ada", "algebra")); count != 1 {
		t.Errorf("Ada took one seat, and the log has %d events that say so. Whoever counts seats counts %d.", count, count)
	}
}
