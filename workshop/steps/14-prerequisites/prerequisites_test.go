package prerequisites

import (
	"context"
	"errors"
	"sync"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/domain/courses"
	"go-crablet/workshop/proof"
)

var (
	compilers = courses.CourseDefined{Course: "compilers", Title: "Compilers", Capacity: 2}
	needs     = PrerequisiteAdded{Course: "compilers", Required: "algorithms"}
	needsTwo  = PrerequisiteAdded{Course: "compilers", Required: "logic"}
	passes    = CoursePassed{Student: "ada", Course: "algorithms"}
	takenBack = PassTakenBack{Student: "ada", Course: "algorithms"}
	ask       = SubscribeStudent{Student: "ada", Course: "compilers"}
)

func takes(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentSubscribedToCourse{Student: student, Course: course}
}

func TestWhoeverHasPassedGetsASeat(t *testing.T) {
	dcbtest.Given(t, compilers, needs, passes).When(ask).Then(takes("ada", "compilers"))
}

func TestACourseThatRequiresNothingIsOpenToAll(t *testing.T) {
	dcbtest.Given(t, compilers).When(ask).Then(takes("ada", "compilers"))
}

func TestWhoeverHasNotPassedIsRefused(t *testing.T) {
	kofi := CoursePassed{Student: "kofi", Course: "algorithms"}
	dcbtest.Given(t, compilers, needs, kofi).When(ask).ThenRefused(ErrNotPassed)
}

func TestOneOfTwoIsNotEnough(t *testing.T) {
	dcbtest.Given(t, compilers, needs, needsTwo, passes).When(ask).ThenRefused(ErrNotPassed)
}

func TestAPassThatWasTakenBackDoesNotCount(t *testing.T) {
	dcbtest.Given(t, compilers, needs, passes, takenBack).When(ask).ThenRefused(ErrNotPassed)
}

// An interrupted log gets one more fact right before the first append.
type interrupted struct {
	dcbtest.Memory
	interrupt func()
}

func (l *interrupted) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	l.interrupt()
	return l.Memory.AppendAfter(ctx, events, query, known)
}

// meanwhile returns what Ada is told if the fact happens between her decision and her append.
func meanwhile(t *testing.T, fact dcb.Fact) error {
	t.Helper()
	log := &interrupted{}
	log.interrupt = sync.OnceFunc(func() { proof.Happen(t, &log.Memory, fact) })
	proof.Happen(t, &log.Memory, compilers, needs, passes)
	return ask.Decide(t.Context(), log)
}

func TestAPassTakenBackMeanwhileCounts(t *testing.T) {
	if err := meanwhile(t, takenBack); !errors.Is(err, ErrNotPassed) {
		t.Errorf("Ada's pass in Algorithms was taken back while she decided. She has a seat in Compilers, and has not passed what it requires. She was told: %s.", answer(err))
	}
}

func TestAPrerequisiteAddedMeanwhileCounts(t *testing.T) {
	if err := meanwhile(t, needsTwo); !errors.Is(err, ErrNotPassed) {
		t.Errorf("Compilers requires Logic, too, since a moment ago. Ada has not passed Logic. She was told: %s.", answer(err))
	}
}

func answer(err error) string {
	if err == nil {
		return "yes"
	}
	return err.Error()
}

func TestWhatConcernsOthersIsIgnoredMeanwhile(t *testing.T) {
	dcbtest.Given(t, compilers, needs, passes).When(ask).IgnoresMeanwhile(
		CoursePassed{Student: "kofi", Course: "algorithms"}, PassTakenBack{Student: "kofi", Course: "algorithms"},
		PrerequisiteAdded{Course: "logic", Required: "compilers"}, takes("kofi", "algorithms"))
}
