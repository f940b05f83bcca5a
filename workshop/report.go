package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go-crablet/workshop/steps"
)

// present says what a step is about, and what is to be done.
func (d *desk) present(step steps.Step) {
	where := called(step)
	if !step.Variant {
		where += fmt.Sprint(" of ", len(d.steps))
	}
	d.say("\n═══ %s: %s (about %d minutes)\n\n%s\n\n%s\n\nEdit %s, and save it.\n", where, step.Title, step.Minutes,
		wrapped(step.Task, ""), wrapped(step.Why, ""), d.shown(step.Name, step.File))
}

// called returns what a step is called: its kind and its number.
func called(step steps.Step) string {
	if step.Variant {
		return fmt.Sprint("Variant ", numberOf(step))
	}
	return fmt.Sprint("Step ", numberOf(step))
}

// report says how a check of a step ended.
func (d *desk) report(step steps.Step, v *verdict, took time.Duration) {
	d.say("\n─── %s: %s, checked in %.1f s\n\n", called(step), step.Title, took.Seconds())
	if v.broken != "" {
		d.say("It does not compile yet. The compiler says:\n\n%s\n", indented(v.broken, "  "))
		return
	}
	d.reportTests(v.tests)
	switch failed := v.failed(); {
	case len(v.tests) == 0:
		d.say("No test ran. go test said:\n\n%s\n", indented(v.rest, "  "))
	case v.green():
		d.say("\nAll green. See it in the application:\n%s\n", wrapped(step.SeeIt, ""))
		d.invite(step)
	case v.stopped:
		d.say("\nThis test ended the program, so those after it did not run. Go on in %s.\n", d.shown(step.Name, step.File))
	default:
		d.explain(step, v)
		d.say("\n%d of %d tests fail. Go on in %s.\n", len(failed), len(v.tests), d.shown(step.Name, step.File))
	}
}

// reportTests says how each test ended. Of the first one that failed it says everything. Most of the
// others fail for the same reason, so it says only their first sentences.
func (d *desk) reportTests(tests []testResult) {
	first, left := true, false
	for _, t := range tests {
		if t.passed {
			d.say("  ✓ %s\n", steps.Sentence(t.name))
			continue
		}
		d.say("  ✗ %s\n", steps.Sentence(t.name))
		for _, r := range t.said {
			text := shortened(r.text)
			if head, _, long := strings.Cut(text, "\n"); long && !first {
				text, left = head, true
			}
			d.say("%s\n", wrapped(text, "      "))
			if r.at != "" {
				d.say("      (%s)\n", r.at)
			}
		}
		first = false
	}
	if left {
		d.say("\nThe first red test is told in full, and the others in short.\n")
	}
}

// invite tells whoever is early of the variants. The step about the two limits teaches all that they
// need.
func (d *desk) invite(step steps.Step) {
	if step.Name == "05-limits" {
		d.say("\nAre you early? Type %s for the same idea with other rules.\n", d.ways())
	}
}

// ways says how to get to each variant.
func (d *desk) ways() string {
	var ways []string
	for _, v := range d.variants {
		ways = append(ways, fmt.Sprintf("%q", fmt.Sprint("go ", numberOf(v))))
	}
	return strings.Join(ways, " or ")
}

// explain says what others did wrong who saw the same tests fail with the same words. Nobody who
// has not begun did anything wrong.
func (d *desk) explain(step steps.Step, v *verdict) {
	if !d.touched(step) {
		return
	}
	begin := "If this is your mistake, here is why: "
	for _, w := range step.Wrong {
		if v.is(w) {
			d.say("\n%s\n", wrapped(begin+w.Why, ""))
			begin = "Or it is this one: "
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

// wide is how many characters stand in a line, so it fits into a terminal of the usual size.
const wide = 80

// wrapped puts the same space before each line, and breaks long lines. A line that begins with a tab is
// code, and is not broken.
func wrapped(text, indent string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		for !strings.HasPrefix(line, "\t") && utf8.RuneCountInString(indent+line) > wide {
			at := strings.LastIndex(line[:wide-len(indent)+1], " ")
			if at < 0 {
				break // a word that is longer than the line
			}
			lines = append(lines, indent+line[:at])
			line = line[at+1:]
		}
		lines = append(lines, strings.TrimRight(indent+line, " "))
	}
	return strings.Join(lines, "\n")
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
	d.listSteps(p, d.steps)
	d.say("\nThe same idea with other rules, for whoever is early:\n")
	d.listSteps(p, d.variants)
	d.say("\n● green   ○ not green yet   ▶ you are here\nWhat there is to see about each: %s\n", d.page(at))
	return nil
}

func (d *desk) listSteps(p *progress, list []steps.Step) {
	for _, step := range list {
		here, mark := " ", "○"
		if p.At == step.Name {
			here = "▶"
		}
		if p.isGreen(step.Name) {
			mark = "●"
		}
		d.say("%s %s %2d  %-50s %2d min\n", here, mark, numberOf(step), step.Title, step.Minutes)
	}
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
	d.say("\n%s\n", wrapped(fmt.Sprintf("Hint %d of %d: %s", n, len(step.Hints), step.Hints[n-1]), ""))
	if n == len(step.Hints) {
		d.say("That was the last hint. To read a solution, type s while the workshop watches, or\ngo run ./workshop solution %d.\n", numberOf(step))
	}
	return nil
}

// finish says that the workshop is over, or which steps are left.
func (d *desk) finish() error {
	left, err := d.left()
	if err != nil {
		return err
	}
	if len(left) > 0 {
		d.say("\nThis was the last step. Step %d is not green yet: type %q to go there.\n", numberOf(left[0]), fmt.Sprint("go ", numberOf(left[0])))
		return nil
	}
	d.say("\n%s\n", wrapped(fmt.Sprintf("That was the workshop: all %d steps are green. docs/taking.md says how to use dcb in a program of your own.\n"+
		"Do you want more? Type %s for the same idea with other rules.", len(d.steps), d.ways()), ""))
	return nil
}
