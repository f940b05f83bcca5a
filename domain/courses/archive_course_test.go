package courses_test

import (
	"testing"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

func TestArchiveCourse(t *testing.T) {
	archive := ArchiveCourse{Course: "algebra"}
	run(t, []row{
		{
			name:  "ends a course",
			given: dcb.Facts(algebra),
			when:  archive,
			then:  dcb.Facts(over),
		},
		{
			name:  "leaves students their seats",
			given: algebraIsFull,
			when:  archive,
			then:  dcb.Facts(over),
		},
		{
			name: "ends the waiting for it",
			given: given(algebraIsFull, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"), waits("ivo", "algebra"),
				waitsNoLonger("mei", "algebra"), waits("zola", "logic"))),
			when: archive,
			then: dcb.Causing(over, waitsNoLonger("noor", "algebra"), waitsNoLonger("ivo", "algebra")),
		},
		{name: "is refused when there is no such course", given: dcb.Facts(logic), when: archive, refused: ErrNoSuchCourse},
		{name: "is refused the second time", given: dcb.Facts(algebra, over), when: archive, refused: ErrAlreadyArchived},
		{
			name:    "keeps the id taken",
			given:   dcb.Facts(algebra, over),
			when:    DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 2},
			refused: ErrCourseExists,
		},
	})
}
