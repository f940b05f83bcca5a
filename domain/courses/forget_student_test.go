package courses_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/dcb/sealed"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// sealedAs returns a sealed name of a student. No key opens it: decisions need none.
func sealedAs(student StudentID, as string) sealed.Text {
	subject := string(student.Tag())
	data := append([]byte{1, 0, byte(len(subject))}, subject...)
	return sealed.Text("{sealed:" + base64.RawURLEncoding.EncodeToString(append(data, "twelve bytes and then a tag of "+as...)) + "}")
}

var (
	sealedAda = StudentRegistered{Student: "ada", Name: sealedAs("ada", "one name")}
	forgotten = StudentForgotten{Student: "ada"}
)

func TestForgetStudent(t *testing.T) {
	forget := ForgetStudent{Student: "ada"}
	renamed := StudentRenamed{Student: "ada", NewName: sealedAs("ada", "another")}
	inPlainText := StudentRenamed{Student: "ada", NewName: "Ada L."}
	run(t, []row{
		{name: "forgets a student", given: dcb.Facts(sealedAda), when: forget, then: dcb.Facts(forgotten)},
		{name: "forgets a student who was renamed", given: dcb.Facts(sealedAda, renamed), when: forget, then: dcb.Facts(forgotten)},
		{
			name:  "forgets a student who gave the seats back, and waits no longer",
			given: dcb.Facts(algebra, logic, sealedAda, takes("ada", "algebra"), waits("ada", "logic"), leaves("ada", "algebra"), waitsNoLonger("ada", "logic")),
			when:  forget,
			then:  dcb.Facts(forgotten),
		},
		{name: "forgets a student when another has a plain name", given: dcb.Facts(kofi, sealedAda), when: forget, then: dcb.Facts(forgotten)},
		{name: "is refused when there is no such student", given: dcb.Facts(kofi), when: forget, refused: ErrNoSuchStudent},
		{name: "is refused the second time", given: dcb.Facts(sealedAda, forgotten), when: forget, refused: ErrAlreadyForgotten},
		{name: "is refused when the name is in plain text", given: dcb.Facts(ada), when: forget, refused: ErrNamedInPlainText},
		{name: "is refused when an earlier name is in plain text", given: dcb.Facts(ada, renamed), when: forget, refused: ErrNamedInPlainText},
		{name: "is refused when a later name is in plain text", given: dcb.Facts(sealedAda, inPlainText, renamed), when: forget, refused: ErrNamedInPlainText},
		{name: "is refused when the student has a seat", given: dcb.Facts(algebra, sealedAda, takes("ada", "algebra")), when: forget, refused: ErrStillSubscribed},
		{name: "is refused when the student waits", given: dcb.Facts(algebra, sealedAda, waits("ada", "algebra")), when: forget, refused: ErrStillWaiting},
	})
}

func TestAForgottenStudentDoesNothingAnyMore(t *testing.T) {
	before := dcb.Facts(algebra, sealedAda, forgotten)
	full := given(algebraIsFull, dcb.Facts(sealedAda, leaves("ada", "algebra"), takes("noor", "algebra"), forgotten))
	run(t, []row{
		{name: "takes no seat", given: before, when: SubscribeStudent{Student: "ada", Course: "algebra"}, refused: ErrNoSuchStudent},
		{name: "waits for none", given: full, when: JoinWaitlist{Student: "ada", Course: "algebra"}, refused: ErrNoSuchStudent},
		{name: "gives none back", given: before, when: UnsubscribeStudent{Student: "ada", Course: "algebra"}, refused: ErrNoSuchStudent},
		{name: "stops waiting for none", given: before, when: LeaveWaitlist{Student: "ada", Course: "algebra"}, refused: ErrNoSuchStudent},
		{name: "gets no new name", given: before, when: RenameStudent{Student: "ada", NewName: "Ada"}, refused: ErrNoSuchStudent},
		{name: "keeps the id", given: before, when: RegisterStudent{Student: "ada", Name: "Ada"}, refused: ErrStudentExists},
	})
}

func TestSealedNamesAreComparedWithoutAKey(t *testing.T) {
	longest := sealedAs("ada", strings.Repeat("x", 695))
	require.Len(t, longest, 1000)
	rename := func(as string) RenameStudent { return RenameStudent{Student: "ada", NewName: sealedAs("ada", as)} }
	run(t, []row{
		{name: "a sealed name is registered as it is", when: RegisterStudent{Student: "ada", Name: sealedAda.Name}, then: dcb.Facts(sealedAda)},
		{name: "another name is another name", given: dcb.Facts(sealedAda), when: rename("another"), then: dcb.Facts(StudentRenamed{Student: "ada", NewName: sealedAs("ada", "another")})},
		{name: "the same name is the same", given: dcb.Facts(sealedAda), when: rename("one name"), refused: ErrSameName},
		{name: "a sealed name may be this long", when: RegisterStudent{Student: "ada", Name: longest}, then: dcb.Facts(StudentRegistered{Student: "ada", Name: longest})},
		{name: "a text too long for a sealed name is refused", when: RegisterStudent{Student: "ada", Name: sealedAs("ada", strings.Repeat("x", 696))}, refused: ErrNameInvalid},
		{name: "a text that only looks sealed is a name in plain text", when: RegisterStudent{Student: "ada", Name: "{sealed:AAAA}"}, then: dcb.Facts(StudentRegistered{Student: "ada", Name: "{sealed:AAAA}"})},
	})
}

func TestTheRuleOfNamesIsKeptBeforeTheyAreSealed(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	keys := sealed.NewKeys(pool, openLog(t, pool))
	for _, tt := range []struct {
		student StudentID
		name    string
		refused error
	}{
		{"../ada", "Ada", ErrStudentIDInvalid},
		{"ada", " ", ErrNameInvalid},
		{"ada", "Ada\u202e", ErrNameInvalid},
	} {
		_, err := SealName(t.Context(), keys, tt.student, tt.name)
		require.ErrorIs(t, err, tt.refused)
	}
	var made int
	require.NoError(t, pool.QueryRow(t.Context(), `select count(*) from dcb_subject_key`).Scan(&made))
	require.Zero(t, made)

	longest, err := SealName(t.Context(), keys, StudentID(strings.Repeat("a", 64)), strings.Repeat("\U0001f600", 100))
	require.NoError(t, err)
	require.Len(t, longest, 684)
	require.True(t, IsSealedName(longest))

	name, err := SealName(t.Context(), keys, "ada", "Ada")
	require.NoError(t, err)
	require.Equal(t, StudentID("ada").Tag(), name.Subject())
	require.NoError(t, RegisterStudent{Student: "ada", Name: name}.Decide(t.Context(), openLog(t, pool)))
	require.NoError(t, keys.Forget(t.Context(), StudentID("ada").Tag(), ForgetStudent{Student: "ada"}))
	_, err = SealName(t.Context(), keys, "ada", "Ada")
	require.ErrorIs(t, err, ErrNoSuchStudent)
}

func TestWhatIsShownForAName(t *testing.T) {
	require.Equal(t, "Ada", ShownName("Ada", nil))
	require.Equal(t, "Forgotten student", ShownName("", sealed.ErrForgotten))
	require.Equal(t, "Unreadable name", ShownName("", sealed.ErrUnreadable))
	require.Equal(t, "Unreadable name", ShownName("", errors.ErrUnsupported))
}

func TestForgettingLooksAtAllThatAStudentHas(t *testing.T) {
	dcbtest.Given(t, sealedAda).When(ForgetStudent{Student: "ada"}).
		ConflictsWith(sealedAda, forgotten, StudentRenamed{Student: "ada", NewName: "Ada"},
			takes("ada", "algebra"), leaves("ada", "algebra"), waits("ada", "algebra"), waitsNoLonger("ada", "algebra")).
		IgnoresMeanwhile(kofi, takes("kofi", "algebra"), algebra, over, StudentForgotten{Student: "kofi"})
	for _, cmd := range []dcb.Command{
		SubscribeStudent{Student: "ada", Course: "algebra"},
		RenameStudent{Student: "ada", NewName: "Ada L."},
	} {
		dcbtest.Given(t, algebra, sealedAda).When(cmd).
			ConflictsWith(forgotten).IgnoresMeanwhile(StudentForgotten{Student: "kofi"})
	}
}
