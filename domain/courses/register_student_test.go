package courses_test

import (
	"strings"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	. "go-crablet/domain/courses"
)

func TestRegisterStudent(t *testing.T) {
	register := func(id StudentID, name sealed.Text) RegisterStudent { return RegisterStudent{Student: id, Name: name} }
	run(t, []row{
		{
			name: "registers a student",
			when: register("ada", "Ada"),
			then: dcb.Facts(ada),
		},
		{
			name: "takes a name of any script",
			when: register("s1", "李雷 O’Neill-Łęcka"),
			then: dcb.Facts(StudentRegistered{Student: "s1", Name: "李雷 O’Neill-Łęcka"}),
		},
		{name: "is refused when the id is taken", given: dcb.Facts(ada), when: register("ada", "Another Ada"), refused: ErrStudentExists},
		{name: "is refused without an id", when: register("", "Ada"), refused: ErrStudentIDInvalid},
		{name: "is refused when the id cannot stand in an address", when: register("../ada", "Ada"), refused: ErrStudentIDInvalid},
		{name: "is refused without a name", when: register("ada", ""), refused: ErrNameInvalid},
		{name: "is refused when the name is blank", when: register("ada", "   "), refused: ErrNameInvalid},
		{name: "is refused when the name is too long", when: register("ada", sealed.Text(strings.Repeat("a", 101))), refused: ErrNameInvalid},
		{name: "is refused when the name can't be seen", when: register("ada", "\u200b"), refused: ErrNameInvalid},
		{name: "is refused when the name is not text", when: register("ada", "\xff"), refused: ErrNameInvalid},
	})
}
