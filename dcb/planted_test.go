package dcb_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
)

// mostSeeds are so many that the simulation has to find each planted bug among them.
const mostSeeds = 100

var plantedBugs = flag.Int("planted", 1, "let the simulation find so `many` of the planted bugs")

// A simulation that finds nothing may be blind. So each patch in testdata/planted plants a bug,
// and the simulation has to find it. To compile each takes a while, so a run of every test plants
// one of them, drawn at random, an everyday run none, and ".ci/run planted" all. That they can be planted
// is looked at each time.
func TestTheSimulationFindsPlantedBugs(t *testing.T) {
	t.Parallel()
	patches, err := filepath.Glob("testdata/planted/*.patch")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(patches), 12)
	drawn := rand.Perm(len(patches))
	for i, patch := range patches {
		t.Run(strings.TrimSuffix(filepath.Base(patch), ".patch"), func(t *testing.T) {
			t.Parallel()
			planted := plant(t, patch)
			if drawn[i] >= *plantedBugs || !effort.All() {
				return
			}
			said, err := simulateWith(t, planted)
			require.NotContains(t, said, "does not know this statement", "the server has to know what the bug makes of it")
			found := regexp.MustCompile(`seed (\d+) failed`).FindStringSubmatch(said)
			require.NotNil(t, found, "it is not found: %v\n%s", err, said)
			t.Logf("found by seed %s", found[1])
		})
	}
}

// plant writes the files that a patch changes, as it changes them, to a directory. It returns
// where each is.
func plant(t *testing.T, patch string) (planted map[string]string) {
	t.Helper()
	directory := t.TempDir()
	text, err := os.ReadFile(patch)
	require.NoError(t, err)
	planted = map[string]string{}
	for _, change := range changesOf(t, string(text)) {
		from, to := change.file, filepath.Join(directory, change.file)
		if planted[change.file] != "" {
			from = to
		}
		before, err := os.ReadFile(from)
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(string(before), change.old), "%s has changed: make the patch anew. It replaces:\n%s", change.file, change.old)
		require.NoError(t, os.WriteFile(to, []byte(strings.Replace(string(before), change.old, change.new, 1)), 0o600))
		planted[change.file] = to
	}
	return planted
}

// simulateWith runs the simulation with other files in the place of some, and returns what it
// says.
func simulateWith(t *testing.T, planted map[string]string) (said string, err error) {
	t.Helper()
	replace := map[string]string{}
	for name, path := range planted {
		replace[absolute(t, name)] = path
	}
	others, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	for _, name := range others { // what is not needed is not compiled
		if !strings.HasPrefix(name, "export") && !strings.HasPrefix(name, "simul") {
			replace[absolute(t, name)] = ""
		}
	}
	binary := compileWith(t, replace)
	out, err := exec.CommandContext(t.Context(), binary, "-test.run", "^TestSimulation$", "-seeds", fmt.Sprint(mostSeeds)).CombinedOutput()
	return string(out), err
}

// compileWith compiles the tests of this package with other files in the place of some, or with
// none if the name is empty. It returns where the program is.
func compileWith(t *testing.T, replace map[string]string) (binary string) {
	t.Helper()
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	directory := t.TempDir()
	file, binary := filepath.Join(directory, "overlay.json"), filepath.Join(directory, "dcb.test")
	require.NoError(t, os.WriteFile(file, overlay, 0o600))
	out, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-ldflags=-s", "-overlay", file, "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return binary
}

func absolute(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	require.NoError(t, err)
	return path
}

// A change replaces some lines of a file by others.
type change struct{ file, old, new string }

// changesOf returns the changes of a unified diff, one for each hunk. Where a hunk stands does
// not matter, for its old lines stand in the file once.
func changesOf(t *testing.T, patch string) (changes []change) {
	t.Helper()
	file, inHunk := "", false
	for line := range strings.Lines(patch) {
		switch {
		case strings.HasPrefix(line, "--- "):
			inHunk = false
		case strings.HasPrefix(line, "+++ "):
			file = filepath.Base(strings.TrimSpace(line[4:]))
		case strings.HasPrefix(line, "@@ "):
			require.NotEmpty(t, file)
			changes, inHunk = append(changes, change{file: file}), true
		case inHunk:
			hunk := &changes[len(changes)-1]
			if line[0] != '+' {
				hunk.old += line[1:]
			}
			if line[0] != '-' {
				hunk.new += line[1:]
			}
		}
	}
	require.NotEmpty(t, changes)
	return changes
}
