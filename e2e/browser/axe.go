package browser

import (
	_ "embed"
	"fmt"
	"strings"
)

// A Violation is a rule of accessibility that the page breaks.
type Violation struct {
	Rule     string
	Impact   string
	Help     string
	Elements []string // each with what to do about it
}

// String is everything there is to know to mend the page.
func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s\n\t%s", v.Rule, v.Impact, v.Help, strings.Join(v.Elements, "\n\t"))
}

//go:embed testdata/axe/axe.min.js
var axeJS string

// Axe checks the page as it is now, on the screen in use, with axe-core. A mark that
// fades is taken off first: one that began in light colours keeps them in the dark.
//
// Axe would load all styles of the page again. None of the rules that it checks needs that.
//
// The browser's own debugger runs it, so the page's Content Security Policy
// stays as strict as it is.
func (p *Person) Axe() []Violation {
	p.t.Helper()
	return p.axe(`{}`)
}

// AxeColours is [Person.Axe] with the one rule whose verdict depends on the colours. It is for
// a page that was checked with all rules in other colours.
func (p *Person) AxeColours() []Violation {
	p.t.Helper()
	return p.axe(`{ runOnly: { type: "rule", values: ["color-contrast"] } }`)
}

// AxeButColours is [Person.Axe] without that rule. It is for a page whose colours are checked on
// another screen.
func (p *Person) AxeButColours() []Violation {
	p.t.Helper()
	return p.axe(`{ rules: { "color-contrast": { enabled: false } } }`)
}

// axe runs axe-core with options of its own and those that it always has.
func (p *Person) axe(options string) []Violation {
	p.t.Helper()
	source := axeJS // it is large: a page that has it already does without
	if evaluate[bool](p, "look for axe", `"axe" in window`) {
		source = ""
	}
	return evaluate[[]Violation](p, "run axe", source+`
		;document.getAnimations().forEach((a) => Number.isFinite(a.effect.getComputedTiming().endTime) && a.finish())
		axe.run(document, { resultTypes: ["violations"], preload: { assets: ["media"] }, ...`+options+` }).then((results) => results.violations.map((v) => ({
			Rule: v.id,
			Impact: v.impact,
			Help: v.help + " " + v.helpUrl,
			Elements: v.nodes.map((n) => n.html + " " + n.failureSummary.replace(/\s+/g, " ")),
		})))`)
}

// TwiceUsedIDs returns the ids that more than one element has. Of these only the first is
// found, by labels and by what replaces parts of the page.
func (p *Person) TwiceUsedIDs() []string {
	p.t.Helper()
	return evaluate[[]string](p, "look for ids", `[...document.querySelectorAll("[id]")].map((e) => e.id)
		.filter((id, i, all) => all.indexOf(id) !== i)`)
}
