package courses_test

import (
	"testing"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

func TestLeaveWaitlist(t *testing.T) {
	leave := LeaveWaitlist{Student: "noor", Course: "algebra"}
	run(t, []row{
		{
			name:  "ends the waiting",
			given: given(algebraIsFull, dcb.Facts(noor, waits("mei", "algebra"), waits("noor", "algebra"))),
			when:  leave,
			then:  dcb.Facts(waitsNoLonger("noor", "algebra")),
		},
		{name: "is refused when there is no such course", given: dcb.Facts(noor), when: leave, refused: ErrNoSuchCourse},
		{name: "is refused when there is no such student", given: dcb.Facts(algebra), when: leave, refused: ErrNoSuchStudent},
		{
			name:    "is refused when the student does not wait",
			given:   given(algebraIsFull, dcb.Facts(noor, waits("mei", "algebra"), waits("noor", "logic"))),
			when:    leave,
			refused: ErrNotWaiting,
		},
		{
			name:    "is refused the second time",
			given:   given(algebraIsFull, dcb.Facts(noor, waits("noor", "algebra"), waitsNoLonger("noor", "algebra"))),
			when:    leave,
			refused: ErrNotWaiting,
		},
		{
			name:    "is refused when the student has got a seat",
			given:   given(dcb.Facts(algebra, noor, waits("noor", "algebra")), promoted("noor", "algebra")),
			when:    leave,
			refused: ErrNotWaiting,
		},
	})
}
