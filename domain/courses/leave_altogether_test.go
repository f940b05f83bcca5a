package courses_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

var adaLeavesAltogether = LeaveAltogether{Student: "ada"}

func TestLeaveAltogether(t *testing.T) {
	run(t, []row{
		{
			name:  "gives all seats back, the one held longest first",
			given: dcb.Facts(algebra, logic, ada, takes("ada", "logic"), takes("ada", "algebra")),
			when:  adaLeavesAltogether,
			then:  dcb.Facts(leaves("ada", "logic"), adaLeft),
		},
		{
			name:  "gives all places on waitlists back",
			given: dcb.Facts(algebra, logic, ada, waits("ada", "logic"), waits("ada", "algebra")),
			when:  adaLeavesAltogether,
			then:  dcb.Facts(waitsNoLonger("ada", "logic"), waitsNoLonger("ada", "algebra")),
		},
		{
			name:  "gives no seat back twice, and works in an archived course",
			given: given(adaAndKofiSit, dcb.Facts(takes("ada", "logic"), leaves("ada", "logic"), over)),
			when:  adaLeavesAltogether,
			then:  dcb.Facts(adaLeft),
		},
		{
			name:  "gives the student no seat that the student waits for",
			given: dcb.Facts(algebra, logic, ada, takes("ada", "algebra"), waits("ada", "logic")),
			when:  adaLeavesAltogether,
			then:  dcb.Facts(adaLeft, waitsNoLonger("ada", "logic")),
		},
		{name: "is refused when there is no such student", when: adaLeavesAltogether, refused: ErrNoSuchStudent},
		{name: "is refused when there is nothing to leave", given: dcb.Facts(ada), when: adaLeavesAltogether, refused: ErrNothingToLeave},
		{
			name:    "is refused the second time",
			given:   given(adaAndKofiSit, dcb.Facts(adaLeft, waits("ada", "logic"), waitsNoLonger("ada", "logic"))),
			when:    adaLeavesAltogether,
			refused: ErrNothingToLeave,
		},
		{name: "is refused for a forgotten student", given: dcb.Facts(sealedAda, forgotten), when: adaLeavesAltogether, refused: ErrNoSuchStudent},
	})
}

func TestLeaveAltogetherPromotesThoseInLine(t *testing.T) {
	full := given(algebraIsFull, dcb.Facts(smallLogic, ada, takes("ada", "logic")))
	leftLogic := leaves("ada", "logic")
	run(t, []row{
		{
			name:  "gives a seat in each course to the student who waits longest",
			given: given(full, dcb.Facts(waits("noor", "algebra"), waits("mei", "logic"))),
			when:  adaLeavesAltogether,
			then: func() []dcb.Fact {
				algebra, logic := dcb.Causing(adaLeft, promoted("noor", "algebra")...), dcb.Causing(leftLogic, promoted("mei", "logic")...)
				return given(algebra[:1], logic[:1], algebra[1:], logic[1:])
			}(),
		},
		{
			name:  "gives a student who waits for two of them both seats",
			given: given(full, dcb.Facts(waits("noor", "logic"), waits("noor", "algebra"))),
			when:  adaLeavesAltogether,
			then: func() []dcb.Fact {
				algebra, logic := dcb.Causing(adaLeft, promoted("noor", "algebra")...), dcb.Causing(leftLogic, promoted("noor", "logic")...)
				return given(algebra[:1], logic[:1], logic[1:], algebra[1:])
			}(),
		},
		{
			name: "gives a student with room for one the seat that was waited for longest",
			given: given(full, dcb.Facts(waits("noor", "logic"), waits("noor", "algebra"), waits("mei", "algebra")),
				takesCourses("noor", 9)),
			when: adaLeavesAltogether,
			then: func() []dcb.Fact {
				algebra, logic := dcb.Causing(adaLeft, promoted("mei", "algebra")...), dcb.Causing(leftLogic, promoted("noor", "logic")...)
				return given(algebra[:1], logic[:1], logic[1:], algebra[1:])
			}(),
		},
		{
			name:  "frees no seat of a course that shrank below the seats taken",
			given: given(full, dcb.Facts(shrunk, waits("noor", "algebra"))),
			when:  adaLeavesAltogether,
			then:  dcb.Facts(adaLeft, leftLogic),
		},
		{
			name:  "passes over a student who has ten courses",
			given: given(full, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra")), takesCourses("noor", 10)),
			when:  adaLeavesAltogether,
			then:  slices.Insert(dcb.Causing(adaLeft, promoted("mei", "algebra")...), 1, leftLogic),
		},
	})
}

func TestAStudentWhoLeftAltogetherCanBeForgotten(t *testing.T) {
	dcbtest.Given(t, algebra, logic, sealedAda, takes("ada", "algebra"), waits("ada", "logic")).
		When(ForgetStudent{Student: "ada"}).ThenRefused(ErrStillSubscribed).
		When(adaLeavesAltogether).Then(adaLeft, waitsNoLonger("ada", "logic")).
		When(ForgetStudent{Student: "ada"}).Then(forgotten)
}

// The largest such decision: ten full courses, with fifty students in line for each.
func TestLeavingTenCoursesWithFullWaitlists(t *testing.T) {
	t.Parallel()
	facts := dcb.Facts(ada)
	for i := range MaxCourses {
		facts = append(facts, CourseDefined{Course: numberedCourse(i), Title: "Course", Capacity: 1}, takes("ada", numberedCourse(i)))
		facts = append(facts, each(MaxWaiting, func(j int) dcb.Fact { return waits(numbered("waiter", MaxWaiting*i+j), numberedCourse(i)) })...)
	}
	log := openLog(t, pgtest.New(t), facts...)
	require.NoError(t, adaLeavesAltogether.Decide(t.Context(), log))
	events, _, err := log.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	h := hallOf(t, events)
	for i := range MaxCourses {
		require.Equal(t, []StudentID{numbered("waiter", MaxWaiting*i)}, h.seated[numberedCourse(i)])
	}
	require.Zero(t, h.courses["ada"])
}
