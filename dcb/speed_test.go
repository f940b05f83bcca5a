package dcb_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
)

// speed is what stands behind the door of speed.go, with the tests that look behind it.
var speed = []string{
	"one_trip.go", "spot.go", "shared_read.go", "shared_answer.go", "memory.go",

	"caution_test.go", "clock_bench_test.go", "long_boundary_test.go", "memory_test.go", "server_differential_test.go", "shared_differential_test.go",
	"shared_event_test.go", "shared_failure_test.go", "shared_statement_test.go", "spot_judge_test.go", "state_test.go",
}

// What needs no speed passes without it, on a door that leads nowhere: the simulation, the races
// for exactly as many seats as there are, and what is promised of decisions, appends and reads.
const ofTheIdea = `TestSimulation$|TestOfManyDecisions|TestDecide|TestThen$|TestUnguarded$|` +
	`TestAppendEvents|TestAppendsThatCome|TestOneBadAppend|TestCloseFinishes|TestASeatIs|TestRead`

func TestTheIdeaHoldsWithoutItsSpeed(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a program of its own")
	replace := map[string]string{}
	for _, name := range speed {
		replace[absolute(t, name)] = ""
	}
	for _, name := range []string{"speed.go", "export_speed_test.go"} {
		replace[absolute(t, name)] = absolute(t, "testdata/without_speed/"+name)
	}
	binary := compileWith(t, replace)
	out, err := exec.CommandContext(t.Context(), binary, "-test.v", "-test.run", ofTheIdea, "-seeds", "40").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: TestOfManyDecisionsExactlyAsManyWinAsThereAreSeats")
	require.Contains(t, string(out), "--- PASS: TestSimulation")
	require.NotContains(t, strings.ToLower(string(out)), "no tests to run")
}
