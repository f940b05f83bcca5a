package dcb_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// mostSeeds are so many that the simulation has to find each planted bug among them.
const mostSeeds = 100

// A simulation that finds nothing may be blind. So each patch in testdata/planted plants a bug,
// and the simulation has to find it.
func TestTheSimulationFindsEveryPlantedBug(t *testing.T) {
	patches, err := filepath.Glob("testdata/planted/*.patch")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(patches), 12)
	for _, patch := range patches {
		t.Run(strings.TrimSuffix(filepath.Base(patch), ".patch"), func(t *testing.T) {
			t.Parallel()
			said, err := simulateWith(t, patch)
			require.NotContains(t, said, "does not know this statement", "the server has to know what the bug makes of it")
			found := regexp.MustCompile(`seed (\d+) failed`).FindStringSubmatch(said)
			require.NotNil(t, found, "it is not found: %v\n%s", err, said)
			t.Logf("found by seed %s", found[1])
		})
	}
}

// simulateWith runs the simulation with a bug, and returns what it says.
func simulateWith(t *testing.T, patch string) (said string, err error) {
	t.Helper()
	directory := t.TempDir()
	replace := map[string]string{}
	others, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	for _, name := range others { // what is not needed is not compiled
		if name != "export_test.go" && !strings.HasPrefix(name, "simul") {
			replace[absolute(t, name)] = ""
		}
	}
	text, err := os.ReadFile(patch)
	require.NoError(t, err)
	for _, change := range changesOf(t, string(text)) {
		path := absolute(t, change.file)
		if replace[path] == "" {
			replace[path] = filepath.Join(directory, change.file)
			whole, err := os.ReadFile(change.file)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(replace[path], whole, 0o600))
		}
		before, err := os.ReadFile(replace[path])
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(string(before), change.old), "%s has changed: make the patch anew. It replaces:\n%s", change.file, change.old)
		after := strings.Replace(string(before), change.old, change.new, 1)
		require.NoError(t, os.WriteFile(replace[path], []byte(after), 0o600))
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(directory, "overlay.json"), overlay, 0o600))
	binary := filepath.Join(directory, "simulation")
	out, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-overlay", filepath.Join(directory, "overlay.json"), "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = exec.CommandContext(t.Context(), binary, "-test.run", "^TestSimulation$", "-seeds", fmt.Sprint(mostSeeds)).CombinedOutput()
	return string(out), err
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
