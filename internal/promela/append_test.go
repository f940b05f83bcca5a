// Package promela has the append of dcb as a model, and lets Spin try every order of its steps.
package promela

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/childenv"
	"go-crablet/internal/debian"
	"go-crablet/internal/effort"
)

// bounds are how much happens in the model.
type bounds struct{ callers, losses, failovers int }

// The bounds in which every order is tried without a planted fault. docs/model.md says how many
// states there are.
var healthy = []bounds{
	{callers: 3},
	{callers: 2, losses: 1},
	{callers: 2, failovers: 1},
	{callers: 2, losses: 1, failovers: 1},
	{callers: 3, losses: 1},
	{callers: 3, failovers: 1},
}

// all is everything at once, which takes minutes and some GB of memory.
var all = bounds{callers: 3, losses: 1, failovers: 1}

var whole = flag.Bool("whole", false, "also search the model with all of its callers, losses and failovers at once")

// Each planted fault, with the smallest bounds in which it shows, and the promise that it breaks.
var faults = []struct {
	name   string
	bounds bounds
	breaks string
}{
	{"NO_LOCK", bounds{callers: 2}, "UPDATE"},
	{"SNAPSHOT_FIRST", bounds{callers: 2}, "UPDATE"},
	{"UNLOCK_EARLY", bounds{callers: 2}, "UPDATE"},
	{"LOCK_PER_TAG", bounds{callers: 3}, "ORDER"},
	{"NO_IDENTITY", bounds{callers: 2, failovers: 1}, "UPDATE"},
	{"ID_ONLY", bounds{callers: 3, failovers: 1}, "UPDATE"},
	{"NO_HEAD", bounds{callers: 2, failovers: 1}, "UPDATE"},
	{"JUDGE_FORGETS", bounds{callers: 3}, "UPDATE"},
	{"LOCK_NOT_LOOKED_AT", bounds{callers: 2}, "ORDER"},
	{"LOOK_UP_UNLOCKED", bounds{callers: 2, losses: 1}, "TOLD"},
	{"NOT_ADRIFT", bounds{callers: 2, losses: 1}, "TOLD"},
	{"NO_REQUEST_KEY", bounds{callers: 2, losses: 1}, "ONCE"},
}

func TestTheModelOfTheAppendKeepsItsPromises(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "Spin")
	searched := healthy
	if *whole {
		searched = append(searched, all)
	}
	for _, b := range searched {
		said := verify(t, inDepth, t.TempDir(), "", b, "-n", "-m100000")
		require.Contains(t, said, "errors: 0", "%+v:\n%s", b, said)
		require.NotContains(t, said, "max search depth too small")
		t.Logf("%+v:\n%s", b, strings.Join(regexp.MustCompile(`(?m)^.*(?:states, stored|total actual memory usage|elapsed time).*$`).FindAllString(said, -1), "\n"))
	}
}

func TestEachPlantedFaultOfTheModelHasATrail(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "Spin")
	docs := text(t, "../../docs/model.md")
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			directory := t.TempDir()
			said := verify(t, inBreadth, directory, fault.name, fault.bounds)
			require.Contains(t, said, "errors: 1", "it is not found:\n%s", said)
			trail := replay(t, directory, fault.name, fault.bounds)
			require.Contains(t, trail, "broken: "+fault.breaks+"\n")
			assert.Contains(t, docs, "`"+fault.name+"`", "docs/model.md explains each trail")
			t.Log("\n" + trail)
		})
	}
}

func TestEveryPlantedFaultIsTriedOut(t *testing.T) {
	t.Parallel()
	var tried []string
	for _, fault := range faults {
		tried = append(tried, fault.name)
	}
	var planted []string
	for _, match := range regexp.MustCompile(`(?m)^#define ([A-Z_]+) +\d+$`).FindAllStringSubmatch(text(t, "append.pml"), -1) {
		if !slices.Contains([]string{"SEATS", "ATTEMPTS", "POSITIONS", "LATE"}, match[1]) {
			planted = append(planted, match[1])
		}
	}
	require.ElementsMatch(t, tried, planted)
}

// A step of the model names the text that it stands for, as file "text". The text is still there.
func TestTheStepsOfTheModelStandForTheSource(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`((?:dcb|domain|docs)/[a-z0-9_/]+\.(?:go|sql|md)) "(.+?)"(?: \*/|\n)`)
	found := named.FindAllStringSubmatch(text(t, "append.pml"), -1)
	require.GreaterOrEqual(t, len(found), 20)
	for _, step := range found {
		assert.Contains(t, text(t, filepath.Join("../..", step[1])), step[2], "%s", step[1])
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(content)
}

// replay returns what the model says on its way along the trail.
func replay(t *testing.T, directory, fault string, b bounds) string {
	t.Helper()
	said := verify(t, inBreadth, directory, fault, b, "-r", "-n")
	told, _, _ := strings.Cut(said, "pan:1: assertion violated")
	var lines strings.Builder
	for line := range strings.Lines(told) {
		if line = strings.TrimSpace(line); line != "" {
			lines.WriteString(line + "\n")
		}
	}
	return lines.String()
}

// The programs that search: in breadth, so that trails are short, and in depth, which takes less memory.
const (
	inBreadth = "breadth"
	inDepth   = "depth"
)

// verify lets a verifier try every order, in a directory where it may leave a trail.
func verify(t *testing.T, program, directory, fault string, b bounds, args ...string) string {
	t.Helper()
	programs, err := verifiers()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), filepath.Join(programs, program), args...)
	cmd.Dir = directory
	cmd.Env = append(childenv.Only(childenv.Libraries...),
		fmt.Sprintf("FAULT=%d", numberOf(t, fault)), fmt.Sprintf("CALLERS=%d", b.callers),
		fmt.Sprintf("LOSSES=%d", b.losses), fmt.Sprintf("FAILOVERS=%d", b.failovers))
	said, _ := cmd.CombinedOutput() // its exit code counts errors, and it tells of them, too
	return string(said)
}

// numberOf returns the number of a planted fault in the model, and 0 for none.
func numberOf(t *testing.T, fault string) int {
	t.Helper()
	if fault == "" {
		return 0
	}
	found := regexp.MustCompile(`(?m)^#define ` + fault + ` +(\d+)$`).FindStringSubmatch(text(t, "append.pml"))
	require.NotNil(t, found, "the model has no fault %s", fault)
	n, err := strconv.Atoi(found[1])
	require.NoError(t, err)
	return n
}

// verifiers makes the programs that search, once, and returns their directory.
var verifiers = sync.OnceValues(func() (directory string, err error) {
	spin, err := debian.FindOrInstall(func() (string, error) {
		path, err := exec.LookPath("spin")
		if err != nil {
			return "", errors.New("no Spin found: install it (Debian: sudo apt-get install spin)")
		}
		return path, nil
	}, "spin")
	if err != nil {
		return "", err
	}
	model, err := os.ReadFile("append.pml")
	if err != nil {
		return "", err
	}
	if directory, err = os.MkdirTemp("", "spin-"); err != nil {
		return "", err
	}
	made = directory
	// A trail gets the path of the model, from where the verifier runs: so that is a bare name.
	if err := os.WriteFile(filepath.Join(directory, "append.pml"), model, 0o600); err != nil {
		return "", err
	}
	compile := []string{cmp.Or(os.Getenv("CC"), "cc"), "-DSAFETY", "-DCOLLAPSE", "-DNOREDUCE", "-DVECTORSZ=1024", "pan.c", "-o"}
	for _, command := range [][]string{
		{spin, "-a", "append.pml"},
		append(slices.Clone(compile), inDepth),
		append(slices.Clone(compile), inBreadth, "-DBFS"),
	} {
		cmd := exec.Command(command[0], command[1:]...)
		cmd.Dir = directory
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w\n%s", command[0], err, out)
		}
	}
	return directory, nil
})

// made is the directory of the verifiers.
var made string

func TestMain(m *testing.M) {
	code := m.Run()
	if made != "" {
		os.RemoveAll(made)
	}
	os.Exit(code)
}
