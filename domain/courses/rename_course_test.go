package courses_test

import (
	"strings"
	"testing"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

func TestRenameCourse(t *testing.T) {
	rename := func(title string) RenameCourse { return RenameCourse{Course: "algebra", NewTitle: title} }
	renamed := func(title string) dcb.Fact { return CourseRenamed{Course: "algebra", NewTitle: title} }
	run(t, []row{
		{
			name:  "gives the course another title",
			given: dcb.Facts(algebra),
			when:  rename("Linear Algebra"),
			then:  dcb.Facts(renamed("Linear Algebra")),
		},
		{
			name:  "takes the longest title",
			given: dcb.Facts(algebra),
			when:  rename(strings.Repeat("ü", 100)),
			then:  dcb.Facts(renamed(strings.Repeat("ü", 100))),
		},
		{
			name:  "may go back to what it was called",
			given: dcb.Facts(algebra, renamed("Linear Algebra")),
			when:  rename("Algebra"),
			then:  dcb.Facts(renamed("Algebra")),
		},
		{
			name:  "may use the title of another course",
			given: dcb.Facts(algebra, logic),
			when:  rename("Logic"),
			then:  dcb.Facts(renamed("Logic")),
		},
		{name: "is refused when there is no such course", given: dcb.Facts(logic), when: rename("Linear Algebra"), refused: ErrNoSuchCourse},
		{
			name:  "goes through when the title is the one that was seen",
			given: dcb.Facts(algebra, renamed("Groups")),
			when:  RenameCourse{Course: "algebra", NewTitle: "Rings", Seen: "Groups"},
			then:  dcb.Facts(renamed("Rings")),
		},
		{name: "is refused when the title is not the one that was seen", given: dcb.Facts(algebra, renamed("Groups")), when: RenameCourse{Course: "algebra", NewTitle: "Rings", Seen: "Algebra"}, refused: ErrOtherTitle},
		{name: "is refused when the title is the same", given: dcb.Facts(algebra), when: rename("Algebra"), refused: ErrSameTitle},
		{name: "is refused when the changed title is the same", given: dcb.Facts(algebra, renamed("Groups")), when: rename("Groups"), refused: ErrSameTitle},
		{name: "is refused when the course is archived", given: dcb.Facts(algebra, over), when: rename("Groups"), refused: ErrCourseArchived},
		{name: "is refused without a title", given: dcb.Facts(algebra), when: rename(""), refused: ErrTitleInvalid},
		{name: "is refused when the title is too long", given: dcb.Facts(algebra), when: rename(strings.Repeat("ü", 101)), refused: ErrTitleInvalid},
	})
}
