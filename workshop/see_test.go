package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
	"go-crablet/internal/pgtest"
)

// startApp starts the real application on a database, and returns its address. From then on the
// environment names both.
func startApp(t *testing.T) (url string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "webapp")
	said, err := exec.Command("go", "build", "-o", program, "go-crablet/cmd/webapp").CombinedOutput()
	require.NoError(t, err, string(said))
	t.Setenv("DATABASE_URL", pgtest.URL(t))
	app := exec.Command(program, "-addr", "127.0.0.1:0", "-data", t.TempDir(), "-costly-share", "0")
	app.Stderr = t.Output()
	stdout, err := app.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, app.Start())
	t.Cleanup(func() {
		_ = app.Process.Kill()
		_ = app.Wait()
	})
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if url, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			t.Setenv("WORKSHOP_APP", url)
			return url
		}
	}
	t.Fatal("the application does not listen")
	return ""
}

// sees lets the participant see a step, and returns what the workshop said, and the address of the race.
func (p *participant) sees(step string) (said, race string) {
	p.t.Helper()
	said, err := p.do("see", step)
	require.NoError(p.t, err)
	return said, regexp.MustCompile(`http://\S+/race/\S+`).FindString(said)
}

// looksAt returns what somebody reads on a page, without the space between words.
func looksAt(who *browser.Person, page string) string {
	who.Goto(page)
	return strings.Join(strings.Fields(who.Text("main")), " ")
}

// The exercise gives one student fifteen courses, beside the log. The solution gives ten, on the log,
// and each lane leads to a receipt that shows no code of the application.
func TestAParticipantSeesTheirModelInTheApplication(t *testing.T) {
	p, step := newParticipant(t), allSteps(t)[4]
	app := startApp(t)
	who := browser.Open(t).NewPerson(t, "Ada")
	model := p.folder + "/" + step.Name

	said, race := p.sees("5")
	assert.Contains(t, said, "One student asked for 15 courses, and got 15: 5 too many.")
	assert.Contains(t, said, "it happened beside the log")
	assert.Contains(t, said, step.SeeIt)
	page := looksAt(who, race)
	assert.Contains(t, page, "One student asked for 15 courses, and got 15: 5 too many.")
	assert.Contains(t, page, "The rules are those of "+model+".")
	assert.Contains(t, page, "nothing of it is in the log")
	assert.Equal(t, 15, who.Count(".chair"))
	assert.Equal(t, 5, who.Count(".chair--wrong"))
	assert.Zero(t, who.Count("a.lane__end"), "there are no receipts")
	assert.Contains(t, looksAt(who, app+"/log"), "The log is empty.")

	p.write(step, step.Solved())
	said, race = p.sees("5")
	assert.Contains(t, said, "One student asked for 15 courses, and got 10.\n")
	assert.Contains(t, said, "it happened on the log")
	assert.Contains(t, looksAt(who, race), "One student asked for 15 courses, and got 10.")
	assert.Equal(t, 10, who.Count(".chair"))
	assert.Zero(t, who.Count(".chair--wrong"))
	assert.Equal(t, 10, who.Count("a.lane__end.state--seated"))
	assert.Equal(t, 5, who.Count("a.lane__end.state--refused"))

	who.Follow("a.lane__end.state--refused")
	receipt := strings.Join(strings.Fields(who.Text("main")), " ")
	assert.Contains(t, receipt, "Decided by the rules of "+model)
	assert.Contains(t, receipt, "Courses taken")
	assert.Zero(t, who.Count(".receipt__code"), "the code of the application is not what decided")
	assert.Zero(t, who.Count(".scenario"), "a test of the application would not fit")
	assert.Empty(t, who.Complaints())
}

// What each step says with the exercise, and with the solution.
func TestWhatIsSeenOfTheSteps(t *testing.T) {
	p, all := newParticipant(t), allSteps(t)
	startApp(t)
	for _, test := range []struct{ step, red, green string }{
		{"3", "16 students wanted 1 seat, and 16 got one.", "16 students wanted 1 seat, and 1 got one."},
		{"6", "12 students wanted 5 seats, and 1 got one.", "12 students wanted 5 seats, and 5 got one."},
		{
			"10", "One student asked for 15 courses, and got 15: 5 too many. New titles turned 5 appends away.",
			"One student asked for 15 courses, and got 10. New titles turned 0 appends away.",
		},
	} {
		step, err := deskOf(t, p).find(test.step)
		require.NoError(t, err)
		said, _ := p.sees(test.step)
		assert.Contains(t, said, test.red)
		assert.Contains(t, said, "beside the log")
		p.write(step, step.Solved())
		said, _ = p.sees(test.step)
		assert.Contains(t, said, test.green)
		assert.Contains(t, said, "on the log")
	}
	seen := 0
	for _, step := range all {
		if step.See != "" {
			seen++
			assert.Contains(t, step.SeeIt, "`see`", "%s says what to look at", step.Name)
		}
	}
	assert.Equal(t, 4, seen)
}

func deskOf(t *testing.T, p *participant) *desk {
	t.Helper()
	d, err := openDesk(p.root, p.folder, os.Stdout)
	require.NoError(t, err)
	return d
}

func TestSeeSaysWhatIsMissing(t *testing.T) {
	p := newParticipant(t)
	t.Setenv("WORKSHOP_APP", "http://127.0.0.1:1")
	_, err := p.do("see", "1")
	require.ErrorContains(t, err, "step 1 has no race of its own")
	_, err = p.do("see", "5")
	require.EqualError(t, err, "the application does not answer at http://127.0.0.1:1: start it in another terminal with "+
		"go run ./cmd/webapp, or name its address in WORKSHOP_APP")

	step := allSteps(t)[4]
	p.write(step, "package limits\n\nfunc oops( {}\n")
	_, err = p.do("see", "5")
	require.ErrorContains(t, err, "it does not compile yet. The compiler says:")
	require.ErrorContains(t, err, p.folder+"/05-limits/limits.go:3:12: syntax error")
}
