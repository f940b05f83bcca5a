package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"go-crablet/workshop/steps"
)

// A desk is where a participant works: a folder of the module that git and ./... leave out (.gitignore,
// go.mod). Each step has a folder on it.
type desk struct {
	root     string // of the module
	folder   string // of the desk, below the root
	steps    []steps.Step
	variants []steps.Step
	out      io.Writer

	roomSaid string // what the room had against the last check, or ""
}

func openDesk(root, folder string, out io.Writer) (*desk, error) {
	all, err := steps.All()
	if err != nil {
		return nil, err
	}
	variants, err := steps.Variants()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(root, "workshop", "steps")); err != nil {
		return nil, errors.New("run the workshop in the root of the repository, where go.mod is: go run ./workshop")
	}
	return &desk{root: root, folder: folder, steps: all, variants: variants, out: out}, nil
}

// path returns the path of something on the desk.
func (d *desk) path(parts ...string) string {
	return filepath.Join(append([]string{d.root, d.folder}, parts...)...)
}

// shown returns the path of something on the desk, as a participant knows it.
func (d *desk) shown(parts ...string) string {
	return path.Join(append([]string{d.folder}, parts...)...)
}

func (d *desk) say(format string, args ...any) { fmt.Fprintf(d.out, format, args...) }

// find returns a step or a variant by its number or its name.
func (d *desk) find(word string) (steps.Step, error) {
	all := slices.Concat(d.steps, d.variants)
	number, _ := strconv.Atoi(word)
	for _, step := range all {
		if step.Name == word || number == numberOf(step) {
			return step, nil
		}
	}
	return steps.Step{}, fmt.Errorf("there is no step %q: their numbers are 1 to %d", word, len(all))
}

func numberOf(step steps.Step) int { return step.Number() }

// current returns the step that is worked on.
func (d *desk) current() (steps.Step, error) {
	p, err := d.progress()
	if err != nil {
		return steps.Step{}, err
	}
	return d.find(p.At)
}

// after returns the step after another one. After a variant it is the first one that is not green. It
// reports whether there is such a step.
func (d *desk) after(step steps.Step) (next steps.Step, ok bool, err error) {
	if step.Variant {
		left, err := d.left()
		if len(left) == 0 || err != nil {
			return step, false, err
		}
		return left[0], true, nil
	}
	for i, s := range d.steps[1:] {
		if d.steps[i].Name == step.Name {
			return s, true, nil
		}
	}
	return step, false, nil
}

// left returns the steps that are not green yet.
func (d *desk) left() ([]steps.Step, error) {
	p, err := d.progress()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(d.steps), func(s steps.Step) bool { return p.isGreen(s.Name) }), nil
}

// testHead stands above each test on the desk.
const testHead = `// The workshop writes this file anew before each check. Tests of your own belong in another file.

`

// lay puts a step on the desk. The code of a participant stays as it is; the test is put there anew
// each time, so everybody has the same one.
func (d *desk) lay(step steps.Step) error {
	if err := os.MkdirAll(d.path(step.Name), 0o755); err != nil {
		return err
	}
	if err := d.write(testHead+step.Test, step.Name, step.TestFile); err != nil {
		return err
	}
	if _, err := os.Stat(d.path(step.Name, step.File)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return d.write(step.Exercise(), step.Name, step.File)
}

// write writes a file, unless it has that text already.
func (d *desk) write(text string, parts ...string) error {
	if was, err := os.ReadFile(d.path(parts...)); err == nil && string(was) == text {
		return nil
	}
	return replaceFile(d.path(parts...), []byte(text))
}

// goTo makes a step the one that is worked on.
func (d *desk) goTo(step steps.Step) error {
	if err := d.lay(step); err != nil {
		return err
	}
	_, err := d.change(func(p *progress) {
		p.At = step.Name
		p.of(step.Name)
	})
	return err
}

// reset puts the exercise on the desk again, and keeps what the participant had beside it.
func (d *desk) reset(step steps.Step) error {
	kept := fmt.Sprintf("%s.%s.txt", step.File, time.Now().Format("2006-01-02-150405.000"))
	switch err := os.Rename(d.path(step.Name, step.File), d.path(step.Name, kept)); {
	case err == nil:
		d.say("%s begins anew. What you had is in %s.\n", called(step), d.shown(step.Name, kept))
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return d.goTo(step)
}

// touched reports whether the participant has changed anything in a step.
func (d *desk) touched(step steps.Step) bool {
	text, err := os.ReadFile(d.path(step.Name, step.File))
	return err == nil && string(text) != step.Exercise()
}
