package stage_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbmemory"
	"go-crablet/lab/stage"
)

func TestAStepThatCannotBeTakenSaysWhatCan(t *testing.T) {
	t.Parallel()
	for codes, says := range map[string]string{
		"a2":                      "step 1 can't be a2: take a1 first",
		"a1-a1":                   "step 2 can't be a1: take a2 first",
		"a1-a2-b3":                "step 3 can't be b3: take b1 first",
		"a1-a2-a4":                "step 3 can't be a4: take a3 first",
		"a1-a2-a3-a1":             "step 4 can't be a1, because that decision is over: leave the step out",
		"a1-a2-b1-b2-b3-a3-a2":    "step 7 can't be a2: take a1 first",
		"a1-a2-b1-b2-b3-a3-a1-b1": "step 8 can't be b1, because that decision is over: leave the step out",
	} {
		steps, err := stage.ParseSteps(codes)
		require.NoError(t, err)
		before, err := stage.Play(t.Context(), new(dcbmemory.Log), stage.Presets()[0].Setting, steps)
		var impossible *stage.ImpossibleError
		require.ErrorAs(t, err, &impossible, codes)
		assert.EqualError(t, err, says)
		assert.Equal(t, steps[:impossible.At], before.Steps(), "what could be played")
	}
}

func TestCodesThatAreNotStepsAreRefused(t *testing.T) {
	t.Parallel()
	for codes, says := range map[string]string{
		"a5":       `"a5" is not a step: steps are a1 to a4 and b1 to b4, with "-" between them`,
		"a1--a2":   `"" is not a step`,
		"A1":       `"A1" is not a step`,
		"a1 a2":    `"a1 a2" is not a step`,
		"\x00\xff": `"\x00\xff" is not a step`,
		"a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1-a1": "there are more than 24 steps",
	} {
		_, err := stage.ParseSteps(codes)
		require.ErrorContains(t, err, says)
	}
	steps, err := stage.ParseSteps("")
	require.NoError(t, err)
	require.Empty(t, steps)
}

// A play that is stopped at any step ends all that it started: the bubble fails otherwise.
func TestAPlayThatIsStoppedLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	steps, err := stage.ParseSteps(presets["The last seat"].steps)
	require.NoError(t, err)
	for stopAt := range 2 * len(steps) {
		synctest.Test(t, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			log := &stopping{Log: new(dcbmemory.Log), calls: stopAt, stop: stop}
			_, err := stage.Play(ctx, log, stage.Presets()[0].Setting, steps)
			if log.calls < 0 {
				require.Error(t, err, "after %d calls", stopAt)
			}
		})
	}
}

// stopping is a log whose caller goes away after some calls.
type stopping struct {
	*dcbmemory.Log
	calls int
	stop  func()
}

func (l *stopping) call() {
	if l.calls--; l.calls < 0 {
		l.stop()
	}
}

func (l *stopping) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	l.call()
	return l.Log.ReadSince(ctx, query, after)
}

func (l *stopping) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	l.call()
	return l.Log.AppendAfter(ctx, events, query, known)
}

// A log that fails ends the play, and its error is told.
func TestTheErrorOfALogIsTold(t *testing.T) {
	t.Parallel()
	steps, err := stage.ParseSteps("a1-a2-b1")
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		_, err := stage.Play(t.Context(), &failing{Log: new(dcbmemory.Log)}, stage.Presets()[0].Setting, steps)
		require.ErrorIs(t, err, errGone)
		require.ErrorContains(t, err, "play step b1")
	})
}

var errGone = errors.New("the log is gone")

// failing is a log that can be read twice: for the scene, and by one actor.
type failing struct {
	*dcbmemory.Log
	reads int
}

func (l *failing) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	if l.reads++; l.reads > 2 {
		return nil, dcb.Checkpoint{}, errGone
	}
	return l.Log.ReadSince(ctx, query, after)
}

// Only an empty log can be played on.
func TestALogThatIsNotEmptyIsLeftAlone(t *testing.T) {
	t.Parallel()
	log := new(dcbmemory.Log)
	_, err := stage.Play(t.Context(), log, stage.Presets()[0].Setting, nil)
	require.NoError(t, err)
	_, err = stage.Play(t.Context(), log, stage.Presets()[0].Setting, nil)
	require.ErrorIs(t, err, dcb.ErrConflict)
}

// A record that is cut is the record of the steps before the cut.
func TestARecordUpToAStepIsThatOfTheStepsBefore(t *testing.T) {
	t.Parallel()
	for _, preset := range stage.Presets() {
		steps, err := stage.ParseSteps(presets[preset.Name].steps)
		require.NoError(t, err)
		whole := play(t, preset.Setting, stage.Codes(steps))
		for n := range len(steps) + 1 {
			cut, short := whole.Upto(n), play(t, preset.Setting, stage.Codes(steps[:n]))
			require.Equal(t, told(short), told(cut))
			require.Equal(t, positions(short.Events), positions(cut.Events))
			require.Equal(t, steps[:n], cut.Steps())
		}
	}
}
