package main

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
)

var plantedFaults = flag.Int("planted", 1, "let the oracle find so `many` of the planted faults")

// An oracle that finds nothing may be blind. So each of these plants a fault in the program, and a
// soak has to find it. To compile each takes a while, so a run of every test plants one, drawn at
// random, and ".ci/run oracle" all.
var planted = []struct {
	name    string
	changes []replacement
	args    []string
	finds   []string // one of them
}{
	{
		"the waitlist is served from its end",
		[]replacement{{"domain/courses/promotion.go", "for _, p := range line {\n\t\tif free", "for _, p := range slices.Backward(line) {\n\t\tif free"}},
		[]string{"-faults", "none", "-decisions", "2000"},
		[]string{"waitlist order"},
	},
	{
		"no lock, and positions that are given at the insert",
		[]replacement{
			{"dcb/append.go", "pg_advisory_xact_lock(4473666, to_regclass('dcb_event')::oid::int)", "0"},
			{"dcb/append.go", "select $11::bigint as position)", "select greatest($11::bigint, max(position)) as position from dcb_event)"},
			{"dcb/one_trip.go", "\n\tand pg_try_advisory_xact_lock(4473666, to_regclass('dcb_event')::oid::int)", ""},
		},
		[]string{"-faults", "none", "-decisions", "2000"},
		[]string{"oversold", "lists: G", "already", "a seat in"},
	},
	{
		"a commit that does not wait for its record",
		[]replacement{{"dcb/send.go", "select set_config('lock_timeout', '4s', true)", "select set_config('lock_timeout', '4s', true), set_config('synchronous_commit', 'off', true)"}},
		[]string{"-faults", "postgres", "-decisions", "12000"},
		[]string{"acknowledged and lost"},
	},
	{
		"the read model skips an event now and then",
		[]replacement{{"readmodel/stretch.go", "case fact.Fact != nil:", "case fact.Fact != nil && e.Position%97 != 0:"}},
		[]string{"-faults", "none", "-decisions", "2000"},
		[]string{"read model: "},
	},
	{
		"a request that comes again is carried out again",
		[]replacement{{"domain/courses/once.go", "case requestAnswered:\n\t\t\treturn nil, nil\n", ""}},
		[]string{"-faults", "none", "-decisions", "8000"},
		[]string{"twice: "},
	},
}

// A replacement replaces one text of a file by another.
type replacement struct{ file, old, new string }

func TestTheOracleFindsPlantedFaults(t *testing.T) {
	t.Parallel()
	drawn := rand.Perm(len(planted))
	for i, fault := range planted {
		t.Run(strings.ReplaceAll(fault.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			overlay := overlayOf(t, fault.changes)
			if drawn[i] >= *plantedFaults || !effort.All() {
				return
			}
			program := filepath.Join(t.TempDir(), "soak")
			out, err := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "-o", program, ".").CombinedOutput()
			require.NoError(t, err, "%s", out)
			said, err := soaked(t, program, append([]string{"-for", "40s", "-receipts", "1", "-pause", "1s"}, fault.args...)...)
			require.Error(t, err, "it is not found:\n%s", said)
			requireEvidence(t, said)
			found := false
			for _, finding := range fault.finds {
				found = found || strings.Contains(said, "WRONG: "+finding) || strings.Contains(wrongOf(said), finding)
			}
			require.True(t, found, "%s", said)
			t.Logf("%d findings, of which the first are:\n%s", strings.Count(said, "\nWRONG: "), wrongOf(said))
		})
	}
}

// requireEvidence looks for the log and the notes that a soak which found something has kept, and
// removes them.
func requireEvidence(t *testing.T, said string) {
	t.Helper()
	_, rest, kept := strings.Cut(said, "\nthe log and the notes are kept in ")
	require.True(t, kept, "%s", said)
	dir, _, _ := strings.Cut(rest, "\n")
	t.Cleanup(func() { os.RemoveAll(dir) })
	log, err := os.ReadFile(filepath.Join(dir, "log.ndjson"))
	require.NoError(t, err)
	require.Contains(t, string(log), `{"sha256":`, "the log ends early")
	notes, err := filepath.Glob(filepath.Join(dir, "notes", "*.notes"))
	require.NoError(t, err)
	require.NotEmpty(t, notes)
}

// wrongOf returns the first lines that say what is wrong.
func wrongOf(said string) string {
	var lines []string
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "WRONG: ") && len(lines) < 20 {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// overlayOf writes the changed files, and the file that tells the go command where they are.
func overlayOf(t *testing.T, changes []replacement) (overlay string) {
	t.Helper()
	directory := t.TempDir()
	replace := map[string]string{}
	for _, change := range changes {
		original, err := filepath.Abs(filepath.Join("../..", change.file))
		require.NoError(t, err)
		from := original
		if changed, twice := replace[original]; twice {
			from = changed
		}
		text, err := os.ReadFile(from)
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(string(text), change.old), "%s has changed: it has to have this text once: %s", change.file, change.old)
		to := filepath.Join(directory, strings.ReplaceAll(change.file, "/", "_"))
		require.NoError(t, os.WriteFile(to, []byte(strings.Replace(string(text), change.old, change.new, 1)), 0o600))
		replace[original] = to
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	overlay = filepath.Join(directory, "overlay.json")
	require.NoError(t, os.WriteFile(overlay, text, 0o600))
	return overlay
}
