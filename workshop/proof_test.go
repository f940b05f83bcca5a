package main

import (
	"encoding/json"
	"fmt"
	"go/format"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	"go-crablet/workshop/steps"
)

// Every exercise compiles, and fails exactly the tests that its step names. Each of them says why.
func TestEveryExerciseIsRed(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "the go command")
	exercises := map[string]string{}
	for _, step := range stepsAndVariants(t) {
		exercises[step.Name] = step.Exercise()
	}
	verdicts := judgeAll(t, postgres(t), exercises)
	for _, step := range stepsAndVariants(t) {
		v := verdicts[step.Name]
		if assert.Empty(t, v.broken, "the exercise %s does not compile", step.Name) {
			assert.ElementsMatch(t, step.Red, v.failed(), step.Name)
		}
		for _, test := range v.tests {
			assert.True(t, test.passed || len(test.said) > 0, "%s of %s fails and does not say why", test.name, step.Name)
		}
	}
}

// Every solution is green as a participant reads it, without the marks. If this program has the race
// detector, so have they: the step thorough of the check runs them here, and nowhere else.
func TestEverySolutionIsGreen(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "the go command")
	solutions := map[string]string{}
	for _, step := range stepsAndVariants(t) {
		solutions[step.Name] = step.Solved()
	}
	verdicts := judgeAll(t, postgres(t), solutions, raceDetector()...)
	for _, step := range stepsAndVariants(t) {
		assert.True(t, verdicts[step.Name].green(), "%s: %+v", step.Name, verdicts[step.Name])
	}
}

// Every wrong solution compiles, and exactly the tests that it names catch it, with the words that
// it names. A thorough run tries all wrong solutions, a usual run one of each step, drawn at random.
func TestEveryWrongSolutionIsCaught(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "the go command")
	env := postgres(t)
	for _, wrong := range roundsOfWrongSolutions(t) {
		texts := map[string]string{}
		for _, step := range stepsAndVariants(t) {
			if w, ok := wrong[step.Name]; ok {
				text, err := step.With(w)
				require.NoError(t, err, step.Name)
				texts[step.Name] = text
			}
		}
		for name, v := range judgeAll(t, env, texts) {
			w := wrong[name]
			if assert.Empty(t, v.broken, "%s of %s does not compile", w.Name, name) {
				assert.True(t, v.is(w), "%s of %s should be caught by %v, saying %q: %+v", w.Name, name, w.CaughtBy, w.Says, v.tests)
			}
		}
	}
}

// roundsOfWrongSolutions returns the wrong solutions to try, at most one of each step in a round. A
// round is one build.
func roundsOfWrongSolutions(t *testing.T) (rounds []map[string]steps.Wrong) {
	t.Helper()
	for _, step := range stepsAndVariants(t) {
		wrong := slices.Clone(step.Wrong)
		rand.Shuffle(len(wrong), func(i, j int) { wrong[i], wrong[j] = wrong[j], wrong[i] })
		for n, w := range wrong[:effort.Times(1, len(wrong))] {
			if n == len(rounds) {
				rounds = append(rounds, map[string]steps.Wrong{})
			}
			rounds[n][step.Name] = w
		}
	}
	return rounds
}

func TestEveryStepIsComplete(t *testing.T) {
	t.Parallel()
	minutes := 0
	for i, step := range stepsAndVariants(t) {
		if !step.Variant {
			minutes += step.Minutes
		}
		assert.Positive(t, step.Minutes, step.Name)
		assert.Equal(t, i+1, numberOf(step), "the steps are numbered without a gap")
		for _, text := range []string{step.Title, step.Task, step.Why, step.SeeIt, step.File, step.Test} {
			assert.NotEmpty(t, text, step.Name)
		}
		assert.NotEmpty(t, step.Red, step.Name)
		assert.GreaterOrEqual(t, len(step.Hints), 3, "hints of %s", step.Name)
		assert.Len(t, step.Say, 3, "sentences for a leader in %s", step.Name)
		assert.GreaterOrEqual(t, len(step.Wrong), 2, "wrong solutions of %s", step.Name)
		for _, w := range step.Wrong {
			assert.NotEmpty(t, w.CaughtBy, "%s of %s", w.Name, step.Name)
			assert.NotEmpty(t, w.Says, "%s of %s", w.Name, step.Name)
			assert.NotEmpty(t, w.Why, "%s of %s", w.Name, step.Name)
		}
		assert.NotContains(t, step.Exercise()+step.Solved(), "workshop:", step.Name)
		assert.Contains(t, step.Exercise(), "// Your turn: ", step.Name)
		assertFormatted(t, step.Exercise(), "the exercise "+step.Name)
		assertFormatted(t, step.Solved(), "the solution "+step.Name)
	}
	assert.LessOrEqual(t, minutes, 105)
}

// An editor formats a file when it is saved. What it changes then should be the participant's doing.
func assertFormatted(t *testing.T, text, name string) {
	t.Helper()
	formatted, err := format.Source([]byte(text))
	require.NoError(t, err, name)
	assert.Equal(t, string(formatted), text, name)
}

// stepsAndVariants returns the steps, and the variants behind them.
func stepsAndVariants(t *testing.T) []steps.Step {
	t.Helper()
	variants, err := steps.Variants()
	require.NoError(t, err)
	return append(allSteps(t), variants...)
}

func allSteps(t *testing.T) []steps.Step {
	t.Helper()
	all, err := steps.All()
	require.NoError(t, err)
	return all
}

// postgres starts one server for all steps, and returns the environment that tells them.
func postgres(t *testing.T) []string {
	t.Helper()
	return []string{"TEST_DATABASE_URL=" + pgtest.Server(t).URL("postgres")}
}

// raceDetector returns the flag that this program was built with, if it was.
func raceDetector() (flags []string) {
	info, known := debug.ReadBuildInfo()
	if known && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		flags = []string{"-race"}
	}
	return flags
}

// judgeAll judges steps whose files have other texts, in one run of go test with some flags. It
// returns a verdict for the name of each step.
func judgeAll(t *testing.T, env []string, texts map[string]string, flags ...string) map[string]*verdict {
	t.Helper()
	here, err := os.Getwd()
	require.NoError(t, err)
	dir, overlay := t.TempDir(), map[string]map[string]string{"Replace": {}}
	var packages []string
	for _, step := range stepsAndVariants(t) {
		if text, ok := texts[step.Name]; ok {
			file := filepath.Join(dir, step.Name+".go")
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
			overlay["Replace"][filepath.Join(here, "steps", step.Name, step.File)] = file
			packages = append(packages, "./steps/"+step.Name)
		}
	}
	encoded, err := json.Marshal(overlay)
	require.NoError(t, err)
	config := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(config, encoded, 0o600))
	verdicts, err := judge(t.Context(), here, env, slices.Concat(flags, []string{"-overlay", config}, packages)...)
	require.NoError(t, err)
	byName := map[string]*verdict{}
	for path, v := range verdicts {
		byName[strings.TrimPrefix(path, "go-crablet/workshop/steps/")] = v
	}
	require.Len(t, byName, len(packages), fmt.Sprint("go test judged other packages than ", packages))
	return byName
}
