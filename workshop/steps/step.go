package steps

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed */*.go */step.md */wrong/*.txt */see/main.go
var files embed.FS

// A Step is one step of the workshop.
type Step struct {
	Name     string // its folder: "03-condition"
	Title    string
	Minutes  int      // how long it takes most people
	Learn    string   // what one learns, in a sentence
	Red      []string // the tests that the exercise fails
	Postgres bool     // its test needs a database
	Variant  bool     // it is one of [Variants]

	Task  string
	Why   string
	Hints []string // at least three, each clearer than the one before
	SeeIt string   // what to look at in the application
	Say   []string // three sentences for somebody who leads a group

	File     string // the file that a participant edits: "condition.go"
	Solution string // the text of that file, with its marks
	TestFile string // "condition_test.go"
	Test     string // its text
	See      string // the program in which the solution races, or "" if there is none
	Wrong    []Wrong
}

// Number returns the place of the step among all steps and variants. The first one is 1.
func (s Step) Number() int {
	number, _ := strconv.Atoi(s.Name[:2])
	return number
}

var aWord = regexp.MustCompile(`[A-Z][a-z]*|[0-9]+`)

// Sentence makes a sentence of the name of a test.
func Sentence(test string) string {
	words := aWord.FindAllString(strings.TrimPrefix(test, "Test"), -1)
	if len(words) == 0 {
		return test
	}
	return words[0] + strings.ToLower(strings.TrimRight(" "+strings.Join(words[1:], " "), " "))
}

// All returns the steps of the workshop in their order, without the variants.
func All() ([]Step, error) { return those(false) }

// Variants returns the steps for whoever is early: the same idea with other rules. Their numbers go on
// behind those of the steps. The workshop is complete without them.
func Variants() ([]Step, error) { return those(true) }

func those(variants bool) ([]Step, error) {
	all, err := readOnce()
	return slices.DeleteFunc(slices.Clone(all), func(s Step) bool { return s.Variant != variants }), err
}

var readOnce = sync.OnceValues(readAll)

func readAll() (all []Step, err error) {
	folders, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		step, err := read(folder.Name())
		if err != nil {
			return nil, fmt.Errorf("read step %s: %w", folder.Name(), err)
		}
		all = append(all, step)
	}
	return all, nil
}

func read(name string) (Step, error) {
	step := Step{Name: name}
	entries, err := fs.ReadDir(files, name)
	if err != nil {
		return step, err
	}
	for _, entry := range entries {
		if entry.IsDir() {
			continue // see below
		}
		text, err := readText(name, entry.Name())
		if err != nil {
			return step, err
		}
		switch file := entry.Name(); {
		case strings.HasSuffix(file, "_test.go"):
			step.TestFile, step.Test = file, text
		case strings.HasSuffix(file, ".go"):
			step.File, step.Solution = file, text
		default:
			if err := step.parse(text); err != nil {
				return step, err
			}
		}
	}
	if step.See, err = readText(name, "see", "main.go"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return step, err
	}
	step.Wrong, err = readWrong(name)
	return step, err
}

func readWrong(name string) (all []Wrong, err error) {
	paths, err := fs.Glob(files, path.Join(name, "wrong", "*.txt"))
	if err != nil {
		return nil, err
	}
	for _, file := range paths {
		text, err := readText(file)
		if err != nil {
			return nil, err
		}
		wrong, err := parseWrong(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(file), err)
		}
		wrong.Name = strings.TrimSuffix(path.Base(file), ".txt")
		all = append(all, wrong)
	}
	return all, nil
}

func readText(parts ...string) (string, error) {
	text, err := fs.ReadFile(files, path.Join(parts...))
	return string(text), err
}
