package courses_test

import (
	"strings"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	. "go-crablet/domain/courses"
)

func TestRenameStudent(t *testing.T) {
	rename := func(name sealed.Text) RenameStudent { return RenameStudent{Student: "ada", NewName: name} }
	renamed := func(name sealed.Text) dcb.Fact { return StudentRenamed{Student: "ada", NewName: name} }
	run(t, []row{
		{
			name:  "gives the student another name",
			given: dcb.Facts(ada),
			when:  rename("Ada Lovelace"),
			then:  dcb.Facts(renamed("Ada Lovelace")),
		},
		{
			name:  "takes the longest name",
			given: dcb.Facts(ada),
			when:  rename(sealed.Text(strings.Repeat("ü", 100))),
			then:  dcb.Facts(renamed(sealed.Text(strings.Repeat("ü", 100)))),
		},
		{
			name:  "may go back to the name before",
			given: dcb.Facts(ada, renamed("Ada Lovelace")),
			when:  rename("Ada"),
			then:  dcb.Facts(renamed("Ada")),
		},
		{
			name:  "may use the name of another student",
			given: dcb.Facts(ada, kofi),
			when:  rename("Kofi"),
			then:  dcb.Facts(renamed("Kofi")),
		},
		{name: "is refused when there is no such student", given: dcb.Facts(kofi), when: rename("Ada L."), refused: ErrNoSuchStudent},
		{
			name:  "goes through when the name is the one that was seen",
			given: dcb.Facts(ada, renamed("Ada L.")),
			when:  RenameStudent{Student: "ada", NewName: "Lady Ada", Seen: "Ada L."},
			then:  dcb.Facts(renamed("Lady Ada")),
		},
		{name: "is refused when the name is not the one that was seen", given: dcb.Facts(ada, renamed("Ada L.")), when: RenameStudent{Student: "ada", NewName: "Lady Ada", Seen: "Ada"}, refused: ErrOtherName},
		{name: "is refused when the name is the same", given: dcb.Facts(ada), when: rename("Ada"), refused: ErrSameName},
		{name: "is refused when the changed name is the same", given: dcb.Facts(ada, renamed("Ada L.")), when: rename("Ada L."), refused: ErrSameName},
		{name: "is refused when the name is blank", given: dcb.Facts(ada), when: rename(" "), refused: ErrNameInvalid},
		{name: "is refused when the name is too long", given: dcb.Facts(ada), when: rename(sealed.Text(strings.Repeat("ü", 101))), refused: ErrNameInvalid},
	})
}
