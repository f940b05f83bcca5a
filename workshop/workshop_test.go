package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/workshop/steps"
)

// A participant reads each exercise, saves the solution, and goes on, from the first step to the last.
func TestAParticipantGoesThroughAllSteps(t *testing.T) {
	t.Parallel()
	p, all := newParticipant(t), allSteps(t)
	p.watch()
	for i, step := range all {
		p.hears(fmt.Sprintf("═══ Step %d of %d: %s", i+1, len(all), step.Title))
		p.hears(step.Task)
		for _, test := range step.Red {
			p.hears("✗ " + steps.Sentence(test))
		}
		p.hears(fmt.Sprintf("%d of ", len(step.Red)))
		p.hears("[Enter] check again")
		p.write(step, step.Solved())
		p.hears("Saved.\nChecking …")
		p.hears("All green. See it in the application:\n" + step.SeeIt)
		p.hears("[Enter] next step")
		p.types("")
	}
	p.hears(fmt.Sprintf("all %d steps are green", len(all)))
	p.hears(`Do you want more? Type "go 14" or "go 15"`)
	p.hears("q leave")
	p.types("q")
	p.hears("What you wrote stays in " + p.folder)
	require.NoError(t, <-p.left)
}

// Somebody who is early at step 5 takes a variant, and then goes on with step 6.
func TestWhoeverIsEarlyTakesAVariant(t *testing.T) {
	t.Parallel()
	p, all := newParticipant(t), stepsAndVariants(t)
	for _, step := range all[:5] {
		p.says("You are at step "+fmt.Sprint(numberOf(step))+" now", "go", step.Name)
		p.write(step, step.Solved())
		p.says("All green", "check")
	}
	p.watch()
	p.hears(`Are you early? Type "go 14" or "go 15"`)
	p.types("go 14")
	p.hears("═══ Variant 14: " + all[13].Title)
	p.hears(fmt.Sprintf("%d of ", len(all[13].Red)))
	p.write(all[13], all[13].Solved())
	p.hears("All green.")
	p.types("l")
	p.hears("○ 13")
	p.hears("The same idea with other rules, for whoever is early:")
	p.hears("▶ ● 14  " + all[13].Title)
	p.types("")
	p.hears("═══ Step 6 of 13")
	p.types("q")
	require.NoError(t, <-p.left)
}

// A test that never ends is not waited for: the participant saves again.
func TestASaveEndsTheCheckBeforeIt(t *testing.T) {
	t.Parallel()
	p, step := newParticipant(t), allSteps(t)[1]
	p.says("You are at step 2", "go", "2")
	p.watch()
	p.hears("2 of 3 tests fail")
	p.write(step, "package query\n\nimport \"go-crablet/dcb\"\n\nfunc Boundary(course, student dcb.Tag) dcb.Query {\n\tfor {\n\t}\n}\n")
	p.hears("Saved. Checking …")
	p.hears("It still runs. You can save again")
	p.write(step, step.Solved())
	assert.NotContains(t, p.hears("All green."), "It did not end", "nobody waits for the verdict of the check before")
}

func TestAMistakeIsSaidWithItsReason(t *testing.T) {
	t.Parallel()
	p, step := newParticipant(t), allSteps(t)[1]
	p.says("You are at step 2", "go", "2")
	p.watch()
	p.hears("2 of 3 tests fail")
	for _, wrong := range step.Wrong {
		text, err := step.With(wrong)
		require.NoError(t, err)
		p.write(step, text)
		p.hears(wrong.Says)
		p.hears("If this is your mistake, here is why: " + wrong.Why)
	}
	p.write(step, "package query\n\nfunc oops( {}\n")
	p.hears("It does not compile yet. The compiler says:")
	p.hears(p.folder + "/02-query/query.go:3:12: syntax error")
	p.types("")
	p.hears("It does not compile yet.")
}

func TestKeysWhileTheWorkshopWatches(t *testing.T) {
	t.Parallel()
	p, step := newParticipant(t), allSteps(t)[0]
	p.watch()
	p.hears("[Enter] check again")
	p.types("h")
	p.hears("Hint 1 of 3: " + step.Hints[0])
	p.types("s")
	p.hears(step.Solved())
	p.types("l")
	p.hears("▶ ○  1  " + step.Title)
	p.types("see")
	p.hears("step 1 has no race of its own. " + step.SeeIt)
	p.types("x")
	p.hears(`The workshop does not know "x".`)
	p.types("go 99")
	p.hears(`there is no step "99"`)
	p.types("go 2")
	p.hears("═══ Step 2 of")
	p.says("You are at step 1", "go", "1") // in another terminal
	p.hears("═══ Step 1 of")
	p.write(step, "package tags\n")
	p.hears("It does not compile yet.")
	p.types("r")
	p.hears("Step 1 begins anew. What you had is in " + p.folder + "/01-tags/tags.go.")
	p.hears("1 of 3 tests fail")
	p.types("q")
	require.NoError(t, <-p.left)
}

func TestTheLastStepSaysWhichOneIsLeft(t *testing.T) {
	t.Parallel()
	p, all := newParticipant(t), allSteps(t)
	last := all[len(all)-1]
	p.says("You are at step 13", "go", last.Name)
	p.write(last, last.Solved())
	p.watch()
	p.hears("[Enter] next step")
	p.types("")
	p.hears(`This was the last step. Step 1 is not green yet: type "go 1" to go there.`)
}

func TestCommands(t *testing.T) {
	t.Parallel()
	p, step := newParticipant(t), allSteps(t)[0]
	_, err := p.do("check")
	require.ErrorIs(t, err, errRed)
	p.says("Hint 1 of 3", "hint")
	p.says("Hint 2 of 3", "hint", "1")
	p.says("That was the last hint", "hint")
	p.says("Hint 3 of 3", "hint")
	p.says(step.Solved(), "solution", "1")
	p.write(step, step.Solved())
	p.says("All green", "check", "01-tags")
	p.says("▶ ●  1  ", "list")
	p.says("go run ./workshop warm", "help")
	for word, want := range map[string]string{"go": `there is no step "99": their numbers are 1 to 15`, "dance": `there is no step "99"`} {
		_, err := p.do(word, "99")
		require.ErrorContains(t, err, want)
	}
	_, err = p.do("dance")
	require.ErrorContains(t, err, `there is no command "dance". The commands are:`)
}

// docs/workshop.md has a row for each step and each variant, with a link to its page.
func TestTheDocsShowEveryStep(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../docs/workshop.md")
	require.NoError(t, err)
	for _, step := range stepsAndVariants(t) {
		row := fmt.Sprintf("| %d | [%s](../workshop/steps/%s/step.md) | %d | %s |", numberOf(step), step.Title, step.Name, step.Minutes, step.Learn)
		require.NotEmpty(t, step.Learn)
		assert.Contains(t, string(docs), row)
	}
}

// What a participant wrote is never lost: a second start leaves it, and a reset keeps it.
func TestCodeOfAParticipantIsKept(t *testing.T) {
	t.Parallel()
	p, step := newParticipant(t), allSteps(t)[0]
	p.says("You are at step 1", "go", "1")
	p.write(step, "my own text")
	p.says("You are at step 1", "go", "1")
	text, err := os.ReadFile(p.file(step))
	require.NoError(t, err)
	require.Equal(t, "my own text", string(text))

	p.says("Step 1 begins anew", "reset")
	text, err = os.ReadFile(p.file(step))
	require.NoError(t, err)
	require.Equal(t, step.Exercise(), string(text))
	kept, err := filepath.Glob(p.file(step) + ".*.txt")
	require.NoError(t, err)
	require.Len(t, kept, 1)
	text, err = os.ReadFile(kept[0])
	require.NoError(t, err)
	assert.Equal(t, "my own text", string(text))
}

func TestAFileOfProgressThatIsBrokenIsNamed(t *testing.T) {
	t.Parallel()
	p := newParticipant(t)
	require.NoError(t, os.WriteFile(filepath.Join(p.root, p.folder, "progress.json"), []byte("{"), 0o600))
	_, err := p.do("list")
	require.ErrorContains(t, err, "Delete that file to begin anew; your code stays")
}

func TestTheWorkshopSaysWhereItCanRun(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run(t.Context(), t.TempDir(), "mine", nil, os.Stdin, os.Stdout), "run the workshop in the root of the repository")
}

func TestTheDeskIsNoPartOfTheModule(t *testing.T) {
	t.Parallel()
	p := newParticipant(t)
	p.says("You are at step 1", "go", "1")
	verdicts, err := judge(t.Context(), p.root, nil, "-list=.", "./mine/...")
	assert.Empty(t, verdicts)
	assert.ErrorContains(t, err, "matched no packages")
}
