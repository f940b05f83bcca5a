package stage_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/lab/stage"
)

const (
	seatForAda  = `StudentSubscribedToCourse {"student_id":"ada","course_id":"type-theory"}`
	seatForKofi = `StudentSubscribedToCourse {"student_id":"kofi","course_id":"type-theory"}`
	logicOfAda  = `StudentSubscribedToCourse {"student_id":"ada","course_id":"logic"}`
	logicOfKofi = `StudentSubscribedToCourse {"student_id":"kofi","course_id":"logic"}`

	adaGuards  = `[course_id:type-theory]/7 or [student_id:ada]/4`
	kofiGuards = `[course_id:type-theory]/7 or [student_id:kofi]/4`
)

// What each preset tells. Both actors decide before either of them appends.
var presets = map[string]struct {
	steps string
	tells []string
}{
	"The last seat": {"a1-a2-b1-b2-b3-a3-a1-a2", []string{
		"a1 read [1 2 4 6] up to 6",
		"a2 decided " + seatForAda + ", only if nothing of " + adaGuards + " after 6",
		"b1 read [1 3 4 6] up to 6",
		"b2 decided " + seatForKofi + ", only if nothing of " + kofiGuards + " after 6",
		"b3 appended at 7, missed []",
		"a3 turned away by [7] after 6, which changes [seatsTaken]",
		"a1 read [7] up to 7",
		"a2 refused: every seat in this course is taken",
	}},
	"The tenth course": {"a1-a2-b1-b2-b3-a3-a1-a2", []string{
		"a1 read [1 3 4 5 6 7 8 9 10 11 12] up to 12",
		"a2 decided " + seatForAda + ", only if nothing of " + adaGuards + " after 12",
		"b1 read [2 3 4 5 6 7 8 9 10 11 12] up to 12",
		"b2 decided " + logicOfAda + ", only if nothing of [course_id:logic]/7 or [student_id:ada]/4 after 12",
		"b3 appended at 13, missed []",
		"a3 turned away by [13] after 12, which changes [coursesTaken]",
		"a1 read [13] up to 13",
		"a2 refused: a student takes at most 10 courses at once",
	}},
	"Strangers": {"a1-a2-b1-b2-b3-a3", []string{
		"a1 read [1 2 4 6] up to 6",
		"a2 decided " + seatForAda + ", only if nothing of " + adaGuards + " after 6",
		"b1 read [3 5] up to 6",
		"b2 decided " + logicOfKofi + ", only if nothing of [course_id:logic]/7 or [student_id:kofi]/4 after 6",
		"b3 appended at 7, missed []",
		"a3 appended at 8, missed []",
	}},
	"Sold twice": {"a1-a2-b1-b2-b3-a3", []string{
		"a1 read [1 2 4 6] up to 6",
		"a2 decided " + seatForAda + ", only if nothing of after 6",
		"b1 read [1 3 4 6] up to 6",
		"b2 decided " + seatForKofi + ", only if nothing of after 6",
		"b3 appended at 7, missed []",
		"a3 appended at 8, missed [7]",
	}},
	"A false conflict": {"a1-a2-b1-b2-b3-a3-a1-a2-a3", []string{
		"a1 read [1 2 4 6] up to 6",
		"a2 decided " + seatForAda + ", only if nothing of [course_id:type-theory]/0 or [student_id:ada]/0 after 6",
		"b1 read [1 4 6] up to 6",
		`b2 decided CourseRenamed {"course_id":"type-theory","new_title":"Types"}, only if nothing of [course_id:type-theory]/0 after 6`,
		"b3 appended at 7, missed []",
		"a3 turned away by [7] after 6, which changes []",
		"a1 read [7] up to 7",
		"a2 decided " + seatForAda + ", only if nothing of [course_id:type-theory]/0 or [student_id:ada]/0 after 7",
		"a3 appended at 8, missed []",
	}},
}

func TestEachPresetTellsWhatItIsThereFor(t *testing.T) {
	t.Parallel()
	require.Len(t, presets, len(stage.Presets()))
	for _, preset := range stage.Presets() {
		t.Run(preset.Name, func(t *testing.T) {
			t.Parallel()
			record := play(t, preset.Setting, presets[preset.Name].steps)
			require.Equal(t, presets[preset.Name].tells, told(record))
			require.True(t, record.Over())
			require.Equal(t, map[string]int{"Sold twice": 1}[preset.Name], record.Oversold())
		})
	}
}

// Without a lock, both find nothing new, and both insert.
func TestACheckWithoutALockIsOvertaken(t *testing.T) {
	t.Parallel()
	setting := stage.Setting{Beside: stage.SameCourse, Boundary: stage.Exact, Append: stage.NoLock}
	require.Equal(t, []string{
		"a1 read [1 2 4 6] up to 6",
		"a2 decided " + seatForAda + ", only if nothing of " + adaGuards + " after 6",
		"b1 read [1 3 4 6] up to 6",
		"b2 decided " + seatForKofi + ", only if nothing of " + kofiGuards + " after 6",
		"a3 checked " + seatForAda + ", only if nothing of " + adaGuards + " after 6",
		"b3 checked " + seatForKofi + ", only if nothing of " + kofiGuards + " after 6",
		"b4 appended at 7, missed []",
		"a4 appended at 8, missed [7]",
	}, told(play(t, setting, "a1-a2-b1-b2-a3-b3-b4-a4")))
	require.Equal(t, "a3 turned away by [7] after 6, which changes [seatsTaken]",
		told(play(t, setting, "a1-a2-b1-b2-b3-b4-a3"))[6], "the check notices what is stored already")
}
