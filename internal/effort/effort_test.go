package effort_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/childenv"
	"go-crablet/internal/effort"
)

// isChild reports whether this is one of the processes in which the next four tests may leave themselves
// out.
func isChild() bool { return os.Getenv(inChild) != "" }

const inChild = "EFFORT_TEST_CHILD"

func TestNotShort(t *testing.T) {
	if isChild() {
		effort.NotShort(t, "something")
	}
}

func TestOnlyAll(t *testing.T) {
	if isChild() {
		effort.OnlyAll(t, "something")
	}
}

func TestDrawn(t *testing.T) {
	if isChild() {
		effort.OneIn(1, t, "something")
	}
}

func TestNotDrawn(t *testing.T) {
	if isChild() {
		effort.OneIn(1<<40, t, "something")
	}
}

func TestMain(m *testing.M) {
	if everyday, set := os.LookupEnv("EFFORT_TEST_EVERYDAY"); set {
		effort.Everyday(strings.Fields(everyday)...)
	}
	os.Exit(m.Run())
}

func TestWhatARunLeavesOut(t *testing.T) {
	t.Parallel()
	if isChild() {
		return
	}
	for name, tt := range map[string]struct {
		args, env string
		runs      string
	}{
		"short":                           {args: "-test.short", runs: "Drawn"},
		"short, by name":                  {args: "-test.short -test.run=Test(NotShort|OnlyAll|Drawn|NotDrawn)$", runs: "Drawn NotDrawn"},
		"everyday":                        {runs: "NotShort Drawn NotDrawn"},
		"by name":                         {args: "-test.run=Test(NotShort|OnlyAll|Drawn|NotDrawn)$", runs: "NotShort OnlyAll Drawn NotDrawn"},
		"every test":                      {env: "TEST_ALL=1", runs: "NotShort OnlyAll Drawn NotDrawn"},
		"thorough":                        {args: "-thorough", runs: "NotShort OnlyAll Drawn NotDrawn"},
		"everyday, of a list":             {env: "EFFORT_TEST_EVERYDAY=TestDrawn TestOnlyAll", runs: "Drawn"},
		"everyday, of an empty list":      {env: "EFFORT_TEST_EVERYDAY="},
		"short, of a list":                {args: "-test.short", env: "EFFORT_TEST_EVERYDAY=TestDrawn"},
		"thorough, whatever is everyday":  {args: "-thorough", env: "EFFORT_TEST_EVERYDAY=", runs: "NotShort OnlyAll Drawn NotDrawn"},
		"by its name, though not on list": {args: "-test.run=TestOnlyAll$", env: "EFFORT_TEST_EVERYDAY=TestDrawn", runs: "OnlyAll"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			child := exec.CommandContext(t.Context(), os.Args[0], append(strings.Fields(tt.args), "-test.v")...)
			child.Env = append(childenv.Only("PATH", "HOME"), inChild+"=1")
			if tt.env != "" {
				child.Env = append(child.Env, tt.env)
			}
			said, err := child.CombinedOutput()
			require.NoError(t, err, "%s", said)
			var runs []string
			for _, test := range []string{"NotShort", "OnlyAll", "Drawn", "NotDrawn"} {
				if strings.Contains(string(said), "--- PASS: Test"+test+" ") {
					runs = append(runs, test)
				}
			}
			require.Equal(t, strings.Fields(tt.runs), append([]string{}, runs...), "%s", said)
		})
	}
}
