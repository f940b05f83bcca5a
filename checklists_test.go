package gocrablet_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests ask for steps in the checklists of CONTRIBUTING.md that nothing else asks for: a new
// command, fact or package has to be in some lists. They recognise an entry by how it is written.

// deskFolder is where a participant of the workshop writes. It is not part of the project.
const deskFolder = "mine"

func TestEveryCommandIsInTheListsOfCommands(t *testing.T) {
	t.Parallel()
	domain, soak := textBelow(t, "domain/courses"), readText(t, "internal/soak/commands.go")
	commands := typesOfDomainWith(t, "Decide")
	require.NotEmpty(t, commands)
	for _, c := range commands {
		assert.True(t, regexp.MustCompile(`\n\t\t`+c+`\{.*\},\n`).MatchString(domain), "TestACommandSaysWhatItReads lacks %s", c)
		assert.True(t, regexp.MustCompile(`other:\s+`+c+`\{`).MatchString(domain), "everyCommand of the domain's tests lacks %s", c)
		assert.Contains(t, soak, "return courses."+c+"{", "the soak does not ask for %s", c)
	}
}

func TestEveryFactIsInTheListOfFacts(t *testing.T) {
	t.Parallel()
	domain := textBelow(t, "domain/courses")
	facts := typesOfDomainWith(t, "EventType")
	require.NotEmpty(t, facts)
	for _, f := range facts {
		assert.True(t, regexp.MustCompile(`\{"`+f+`", dcb\.Tags\{`).MatchString(domain), "TestFactsKeepTheirNamesInTheLog lacks %s", f)
	}
}

// The step pages of the check names the tests of web that try more with -thorough. Those that visit
// every page do so by walk, which tries more itself.
func TestTheCheckLetsEveryTestOfWebTryMore(t *testing.T) {
	t.Parallel()
	_, rest, _ := strings.Cut(readText(t, ".ci/run"), "\nmore='^(")
	names, _, found := strings.Cut(rest, ")$'\n")
	require.True(t, found, ".ci/run has no line more='^(…)$'")
	listed := strings.Split(names, "|")
	files, err := filepath.Glob("web/*_test.go")
	require.NoError(t, err)
	tries := regexp.MustCompile(`effort\.Times\(|\.walk\(`)
	var wanted []string
	for _, file := range files {
		for test := range strings.SplitSeq(readText(t, file), "\nfunc ") {
			if strings.HasPrefix(test, "Test") && tries.MatchString(test) {
				name, _, _ := strings.Cut(test, "(")
				wanted = append(wanted, name)
			}
		}
	}
	require.ElementsMatch(t, wanted, listed)
}

// A line of the map stands for the folders below it, too. That of web doesn't: a room has its own.
func TestTheMapShowsEveryFolder(t *testing.T) {
	t.Parallel()
	shown := foldersIn(codeBlocks(readText(t, "docs/map.md"), "")[0])
	for _, folder := range shown {
		assert.DirExists(t, folder, "docs/map.md shows it")
	}
	for folder := range arrows {
		isShown := slices.ContainsFunc(shown, func(s string) bool { return folder == s || s != "web" && strings.HasPrefix(folder, s+"/") })
		assert.True(t, isShown, "docs/map.md does not show %s", folder)
	}
	top, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, entry := range top {
		isShown := slices.ContainsFunc(shown, func(s string) bool { return strings.HasPrefix(s+"/", entry.Name()+"/") })
		assert.True(t, !entry.IsDir() || strings.HasPrefix(entry.Name(), ".") || entry.Name() == deskFolder || isShown, "docs/map.md does not show %s", entry.Name())
	}
}

// The map of README.md is the beginning: it is short, and docs/map.md is complete.
func TestTheShortMapShowsFoldersThatAreThere(t *testing.T) {
	t.Parallel()
	_, section, found := strings.Cut(readText(t, "README.md"), "\n## The map\n")
	require.True(t, found)
	shown := foldersIn(codeBlocks(section, "")[0])
	require.NotEmpty(t, shown)
	for _, folder := range shown {
		assert.DirExists(t, folder, "the map of README.md shows it")
	}
}

// The pictures in docs/map.md have a row for each layer. Whatever a folder imports is in a row below its own.
func TestTheMapShowsWhichWayImportsRun(t *testing.T) {
	t.Parallel()
	pictures := codeBlocks(readText(t, "docs/map.md"), "")[1:]
	require.Len(t, pictures, 2, "the whole program, and web")
	for _, picture := range pictures {
		row := map[string]int{}
		for i, line := range slices.Collect(strings.Lines(picture)) {
			for folder := range strings.FieldsSeq(line) {
				require.Contains(t, arrows, folder)
				row[folder] = i
			}
		}
		for folder, at := range row {
			for _, imported := range arrows[folder] {
				if below, isShown := row[imported]; isShown {
					assert.Greater(t, below, at, "%s imports %s, so its row has to be above", folder, imported)
				}
			}
		}
	}
}

// foldersIn returns the folders that a map shows, one at the beginning of each line.
func foldersIn(lines string) []string {
	return firstOf(regexp.MustCompile(`(?m)^([a-z0-9/]+)/ `), lines)
}

// typesOfDomainWith returns the exported types of package courses that have a method.
func typesOfDomainWith(t *testing.T, method string) (types []string) {
	t.Helper()
	of := regexp.MustCompile(`^courses\.([A-Z]\w*)\.` + method + `$`)
	for name := range declarations(t) {
		if found := of.FindStringSubmatch(name); found != nil {
			types = append(types, found[1])
		}
	}
	return types
}

// textBelow returns all Go files of a folder and of those below it, tests as well, as one text.
func textBelow(t *testing.T, folder string) string {
	t.Helper()
	var text strings.Builder
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".go" {
			text.WriteString(readText(t, path))
		}
		return err
	}))
	return text.String()
}
