package gocrablet_test

import (
	"errors"
	"io/fs"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// arrows are the architecture: what a folder may import, and thereby reach. A
// name with a dot is a module from outside, or the beginning of its name.
//
//	cmd -> web -> readmodel, receipt, lab, intake, signin, standing -> domain/courses -> dcb
//
// and in web: imports -> catalogue; catalogue, race, lens -> decisions -> held, log -> site -> story -> ui
//
// The linter (.golangci.yml) keeps what a folder imports itself; this table
// also what it reaches through others. Test files may import what they like, so a
// folder with nothing but tests is not in it.
var arrows = map[string][]string{
	"cmd/webapp": {
		"web", "web/race", "web/site", "nearby", "intake", "readmodel", "receipt", "lab", "signin", "standing", "underway", "web/operator", "domain/courses", "dcb", "dcb/dcbfile", "dcb/dcbhttp", "dcb/dcbotel", "dcb/sealed", "migrations", "internal/localpg", "internal/pgurl", "internal/terminal",
		"go.opentelemetry.io/", "github.com/prometheus/", "github.com/felixge/httpsnoop", "github.com/google/uuid", "github.com/beorn7/perks", "github.com/munnerz/goautoneg",
		"github.com/cenkalti/backoff/v5", "github.com/grpc-ecosystem/grpc-gateway", "google.golang.org/", "golang.org/x/net", "golang.org/x/sys",
	}, // what metrics and traces need
	"web":                {"web/catalogue", "web/race", "web/lens", "web/stage", "web/imports", "web/workshop", "web/tour", "web/operator", "web/news"},
	"web/news":           {"web/catalogue", "web/race", "web/operator", "web/live"},
	"web/operator":       {"web/site", "web/live", "standing"},
	"web/catalogue":      {"web/decisions", "intake", "golang.org/x/text"},
	"web/race":           {"web/decisions", "web/live", "lab"},
	"web/lens":           {"web/rival"},
	"web/stage":          {"web/site", "lab/stage", "dcb/dcbmemory"},
	"web/imports":        {"web/catalogue"},
	"web/workshop":       {"web/site", "workshop/room", "lab"},
	"web/tour":           {"web/held"},
	"web/decisions":      {"web/held", "web/log", "lab"},
	"web/held":           {"web/rival", "web/live", "underway", "internal/places"},
	"web/rival":          {"web/site"},
	"web/log":            {"web/site"},
	"web/site":           {"web/story", "web/guard", "signin", "github.com/gorilla/", "github.com/klauspost/compress"},
	"web/story":          {"web/ui", "readmodel", "receipt", "lab/stage", "domain/courses", "dcb", "dcb/dcbtest/literal", "dcb/dcbmemory", "dcb/sealed"},
	"web/guard":          {"internal/places"},
	"web/live":           {"internal/places", "golang.org/x/time"},
	"web/ui":             {"github.com/a-h/templ", "golang.org/x/text"},
	"nearby":             {"dcb", "github.com/jackc/"},
	"readmodel":          {"domain/courses", "dcb", "nearby", "migrations", "github.com/jackc/", "golang.org/x/text"},
	"receipt":            {"dcb", "nearby", "internal/permalink", "github.com/jackc/"},
	"lab":                {"domain/courses", "dcb", "dcb/dcbschema", "underway", "migrations", "internal/permalink", "github.com/jackc/"},
	"lab/stage":          {"lab"},
	"intake":             {"domain/courses", "dcb", "dcb/sealed", "internal/permalink", "github.com/jackc/", "golang.org/x/text"},
	"signin":             {"github.com/jackc/", "golang.org/x/sync", "golang.org/x/text"},
	"standing":           {"migrations", "github.com/jackc/"},
	"underway":           {"github.com/jackc/", "golang.org/x/sync", "golang.org/x/text"},
	"domain/courses":     {"dcb", "dcb/sealed"},
	"dcb":                {"github.com/jackc/", "golang.org/x/sync", "golang.org/x/text"}, // the two of x: pgx needs them
	"dcb/dcbfile":        {"dcb", "github.com/jackc/"},
	"dcb/dcbhttp":        {"dcb"},
	"dcb/dcbhttp/client": {},
	"dcb/sealed":         {"dcb", "github.com/jackc/"},
	"dcb/dcbmemory":      {"dcb"},
	"dcb/dcbotel":        {"dcb", "go.opentelemetry.io/", "github.com/cespare/xxhash", "github.com/go-logr/"},
	"dcb/dcbschema":      {},
	"migrations": {
		"dcb/dcbschema", "github.com/jackc/", "golang.org/x/sync", "golang.org/x/text",
		"github.com/pressly/goose", "github.com/mfridman/interpolate", "github.com/sethvargo/go-retry", "go.uber.org/multierr",
	},
	"internal/localpg":   {"internal/childenv"},
	"internal/permalink": {"github.com/jackc/", "golang.org/x/sync", "golang.org/x/text"},
	"internal/pgurl":     {"github.com/jackc/", "golang.org/x/sync", "golang.org/x/text"},
	"internal/places":    {},
	"internal/cycles":    {},
	"internal/fulldisk":  {},
	"internal/soak":      {"internal/cycles", "internal/fulldisk", "internal/localpg", "internal/terminal", "migrations", "readmodel", "receipt", "domain/courses", "dcb", "dcb/dcbfile", "dcb/sealed"},
	"bench/compare":      {"dcb", "dcb/dcbschema", "internal/localpg", "github.com/jackc/"},

	"examples":             {},
	"examples/aggregate":   {"dcb"},
	"examples/idempotency": {"dcb"},
	"examples/invoice":     {"dcb"},
	"examples/optin":       {"dcb"},
	"examples/price":       {"dcb"},
	"examples/username":    {"dcb"},

	"dcb/dcbtest/literal": {},

	// The workshop: its program reads the steps. A step is copied to a participant, so it imports little.
	"workshop":                     {"workshop/room", "internal/localpg"},
	"workshop/room":                {"workshop/steps"},
	"workshop/steps":               {},
	"workshop/steps/01-tags":       {"dcb"},
	"workshop/steps/02-query":      {"dcb"},
	"workshop/steps/03-condition":  {"dcb"},
	"workshop/steps/04-projection": {"domain/courses", "dcb"},
	"workshop/steps/05-limits":     {"domain/courses", "dcb"},
	"workshop/steps/06-retry":      {"dcb"},
	"workshop/steps/07-race":       {"domain/courses", "dcb"},
	"workshop/steps/08-once":       {"dcb"},
	"workshop/steps/09-waitlist":   {"domain/courses", "dcb"},
	"workshop/steps/10-exact":      {"domain/courses", "dcb"},
	"workshop/steps/11-page":       {"domain/courses", "dcb"},
	"workshop/steps/12-past":       {"dcb"},
	"workshop/steps/13-trade":      {"domain/courses", "dcb"},
	// The variants are steps, too.
	"workshop/steps/14-prerequisites": {"domain/courses", "dcb"},
	"workshop/steps/15-early-bird":    {"dcb"},

	// What lets a step race in the application. Its program exists once more, around the code of a participant.
	"workshop/see":                    {"web/race", "lab", "receipt", "domain/courses", "dcb", "internal/localpg", "internal/pgurl", "github.com/jackc/"},
	"workshop/steps/03-condition/see": {"workshop/steps/03-condition", "workshop/see"},
	"workshop/steps/05-limits/see":    {"workshop/steps/05-limits", "workshop/see"},
	"workshop/steps/06-retry/see":     {"workshop/steps/06-retry", "workshop/see"},
	"workshop/steps/10-exact/see":     {"workshop/steps/10-exact", "workshop/see"},

	// Only tests import these.
	"dcb/dcbtest":            {"dcb", "dcb/dcbmemory", "dcb/dcbtest/literal", "dcb/internal/racetest"},
	"dcb/internal/racetest":  {"github.com/jackc/", "golang.org/x/sync", "golang.org/x/text", "github.com/stretchr/testify", "go.yaml.in/yaml"},
	"dcb/internal/linear":    {"dcb", "github.com/anishathalye/porcupine", "github.com/stretchr/testify", "go.yaml.in/yaml"},
	"e2e":                    {},
	"examples/internal/race": {"dcb", "internal/pgtest", "github.com/stretchr/testify", "go.yaml.in/yaml"},
	"e2e/browser":            {"internal/debian", "internal/effort", "github.com/chromedp/", "github.com/go-json-experiment/json"},
	"workshop/proof":         {"dcb"},
	"internal/bigterm":       {"domain/courses", "dcb", "github.com/jackc/"},
	"internal/childenv":      {},
	"internal/cluster":       {"internal/debian", "internal/localpg", "internal/pgpair", "internal/pgtest", "migrations", "github.com/jackc/"},
	"internal/debian":        {"internal/childenv"},
	"internal/effort":        {},
	"internal/journal":       {},
	"internal/memdir":        {},
	"internal/terminal":      {},
	"internal/pgpair":        {"internal/debian", "internal/effort", "internal/localpg", "internal/pgtest", "migrations", "github.com/jackc/"},
	"internal/sampled":       {"internal/pgtest", "readmodel", "domain/courses", "dcb", "github.com/jackc/"},
	"internal/pgtest":        {"internal/childenv", "internal/debian", "internal/effort", "internal/localpg", "migrations", "github.com/jackc/"},
}

const module = "go-crablet"

func TestEveryFolderWithCodeIsInTheTable(t *testing.T) {
	t.Parallel()
	var folders []string
	for _, path := range goList(t, "-f", "{{if .GoFiles}}{{.ImportPath}}{{end}}", "./...") {
		folders = append(folders, folderOf(path))
	}
	known := slices.Sorted(maps.Keys(arrows))
	for _, folder := range folders {
		assert.Contains(t, known, folder, "say in imports_test.go what this folder may import")
	}
	for _, folder := range known {
		assert.Contains(t, folders, folder, "the table in imports_test.go speaks about a folder without Go code")
	}
}

func TestImportsRunOneWay(t *testing.T) {
	t.Parallel()
	reached := reachedFrom(t)
	for folder := range arrows {
		t.Run(folder, func(t *testing.T) {
			allowed := reach(folder)
			require.NotEmpty(t, reached[module+"/"+folder], "there is no such folder")
			for _, path := range reached[module+"/"+folder] {
				assert.True(t, covers(allowed, folderOf(path)), "%s may not reach %s", folder, path)
			}
		})
	}
}

// reachedFrom returns what each package imports, itself or through others, without the standard
// library. It asks the go command once, for all of them.
func reachedFrom(t *testing.T) map[string][]string {
	t.Helper()
	reached := map[string][]string{}
	standard := func(path string) bool { return reached[path] == nil }
	for _, names := range goList(t, "-deps", "-f", "{{if not .Standard}}{{.ImportPath}} {{join .Deps \" \"}}{{end}}", "./...") {
		paths := strings.Fields(names)
		reached[paths[0]] = paths
	}
	for path, paths := range reached {
		reached[path] = slices.DeleteFunc(paths, standard)
	}
	return reached
}

// reach is a folder and all that the arrows from it lead to.
func reach(folder string) []string {
	reached := []string{folder}
	for _, next := range arrows[folder] {
		reached = append(reached, reach(next)...)
	}
	return reached
}

// covers reports whether one of the names allows the import path: a folder
// itself, a module with all that is in it.
func covers(names []string, path string) bool {
	for _, name := range names {
		outside := strings.Contains(name, ".")
		if name == path || outside && strings.HasPrefix(path, name) {
			return true
		}
	}
	return false
}

// folderOf is the folder of an import path of ours; a path from outside stays as it is.
func folderOf(path string) string {
	return strings.TrimPrefix(path, module+"/")
}

// goList runs go list and returns the lines it prints.
func goList(t *testing.T, args ...string) []string {
	t.Helper()
	watchTheCode(t)
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	require.NoError(t, err)
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// watchTheCode makes go test forget a cached result when any file has changed.
// It notices by itself what a test reads, but not what a go command reads for it.
func watchTheCode(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(".", func(_ string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // an editor's file that has just gone
			return nil
		case err == nil && entry.Name() == ".git":
			return fs.SkipDir
		}
		return err
	})
	require.NoError(t, err)
}
