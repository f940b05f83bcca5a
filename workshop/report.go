package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go-crablet/workshop/steps"
)

// present says what a step is about, and what is to be done.
func (d *desk) present(step steps.Step) {
	d.say("\n═══ Step %d of %d: %s (about %d minutes)\n\n%s\n\n%s\n\nEdit %s, and save it.\n", numberOf(step), len(d.steps), step.Title, step.Minutes,
		step.Task, step.Why, d.shown(step.Name, step.File))
}

// report says how a check of a step ended.
func (d *desk) report(step steps.Step, v *verdict, took time.Duration) {
	d.say("\n─── Step %d: %s, checked in %.1f s\n\n", numberOf(step), step.Title, took.Seconds())
	if v.broken != "" {
		d.say("It does not compile yet. The compiler says:\n\n%s\n", indented(v.broken, "  "))
		return
	}
	for _, t := range v.tests {
		d.reportTest(t)
	}
	switch failed := v.failed(); {
	case len(v.tests) == 0:
		d.say("No test ran. go test said:\n\n%s\n", indented(v.rest, "  "))
	case v.green():
		d.say("\nAll green. See it in the application:\n%s\n", step.SeeIt)
	default:
		d.explain(step, v)
		d.say("\n%d of %d tests fail. Go on in %s.\n", len(failed), len(v.tests), d.shown(step.Name, step.File))
	}
}

func (d *desk) reportTest(t testResult) {
	if t.passed {
		d.say("  ✓ %s\n", steps.Sentence(t.name))
		return
	}
	d.say("  ✗ %s\n", steps.Sentence(t.name))
	for _, r := range t.said {
		d.say("%s\n", indented(shortened(r.text), "      "))
		if r.at != "" {
			d.say("      (%s)\n", r.at)
		}
	}
}

// explain says what others did wrong who saw the same tests fail with the same words. Nobody who
// has not begun did anything wrong.
func (d *desk) explain(step steps.Step, v *verdict) {
	if !d.touched(step) {
		return
	}
	for _, w := range step.Wrong {
		if v.is(w) {
			d.say("\nIf this is your mistake, here is why: %s\n", w.Why)
		}
	}
}

// shortened leaves out the middle of long lists, whose lines begin with a tab: what a scenario was
// given, most often. The first lines and the last one say what the list is.
func shortened(text string) string {
	var kept []string
	for lines := strings.Split(text, "\n"); len(lines) > 0; {
		list := slices.IndexFunc(lines, func(line string) bool { return !strings.HasPrefix(line, "\t") })
		if list < 0 {
			list = len(lines)
		}
		if list > 4 {
			kept = append(kept, lines[0], lines[1], fmt.Sprintf("\t… %d more", list-3), lines[list-1])
		} else {
			list = max(list, 1)
			kept = append(kept, lines[:list]...)
		}
		lines = lines[list:]
	}
	return strings.Join(kept, "\n")
}

func indented(text, by string) string {
	return by + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n"+by)
}

// list says which steps there are, and which of them are green.
func (d *desk) list() error {
	p, err := d.progress()
	if err != nil {
		return err
	}
	at, err := d.find(p.At)
	if err != nil {
		return err
	}
	for _, step := range d.steps {
		mark := "○"
		switch {
		case p.isGreen(step.Name):
			mark = "●"
		case p.At == step.Name:
			mark = "▶"
		}
		d.say(" %s %2d  %-50s %2d min\n", mark, numberOf(step), step.Title, step.Minutes)
	}
	d.say("\n● green   ▶ you are here\nWhat there is to see about each: %s\n", d.page(at))
	return nil
}

// hint says the next hint of a step. After the last hint it says that one again.
func (d *desk) hint(step steps.Step) error {
	p, err := d.change(func(p *progress) {
		r := p.of(step.Name)
		r.Hints = min(r.Hints+1, len(step.Hints))
	})
	if err != nil {
		return err
	}
	n := p.of(step.Name).Hints
	d.say("\nHint %d of %d: %s\n", n, len(step.Hints), step.Hints[n-1])
	if n == len(step.Hints) {
		d.say("That was the last hint. The solution is yours to read, too.\n")
	}
	return nil
}

// finish says that the workshop is over, or which steps are left.
func (d *desk) finish() error {
	p, err := d.progress()
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(d.steps), func(s steps.Step) bool { return p.isGreen(s.Name) })
	if len(left) > 0 {
		d.say("\nThis was the last step. Step %d is not green yet: type %q to go there.\n", numberOf(left[0]), fmt.Sprint("go ", numberOf(left[0])))
		return nil
	}
	d.say("\nThat was the workshop: all %d steps are green. docs/taking.md says how to use dcb in a program of your own.\n", len(d.steps))
	return nil
}
