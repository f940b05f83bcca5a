package steps

import (
	"fmt"
	"go/format"
	"regexp"
	"strings"
)

// A region is what a participant writes: its mark with the text, the solution, and what the exercise
// has instead.
var region = regexp.MustCompile(`(?ms)^(\t*)//workshop:write ([^\n]*)\n(.*?)^\t*//workshop:instead\n(.*?)^\t*//workshop:end\n`)

var commentSign = regexp.MustCompile(`(?m)^(\t*)// ?`)

// Exercise returns the file as a participant gets it. It is formatted, because the lines of a region may
// stand in another block than those that replace them.
func (s Step) Exercise() string {
	text := region.ReplaceAllStringFunc(s.Solution, func(found string) string {
		part := region.FindStringSubmatch(found)
		indent, text, instead := part[1], part[2], part[4]
		return indent + "// Your turn: " + text + ".\n" + commentSign.ReplaceAllString(instead, "$1")
	})
	formatted, err := format.Source([]byte(text))
	if err != nil {
		return text // the compiler says what is wrong with it
	}
	return string(formatted)
}

// Solved returns the solution without its marks.
func (s Step) Solved() string { return region.ReplaceAllString(s.Solution, "$3") }

// SeeOf returns the program of See for a copy of the step in a folder of the module: mine/03-condition.
func (s Step) SeeOf(folder string) string {
	return strings.ReplaceAll(s.See, "workshop/steps/"+s.Name, folder)
}

// With returns the file as somebody has it who wrote a wrong solution.
func (s Step) With(w Wrong) (string, error) {
	left := w.regions
	if found := len(region.FindAllString(s.Solution, -1)); found != len(left) {
		return "", fmt.Errorf("wrong/%s.txt has %d parts, and %s has %d regions", w.Name, len(left), s.File, found)
	}
	text := region.ReplaceAllStringFunc(s.Solution, func(string) string {
		next := left[0]
		left = left[1:]
		return next
	})
	if w.imports != "" {
		text = strings.Replace(text, "import (\n", fmt.Sprintf("import (\n\t%q\n", w.imports), 1)
	}
	if w.replace != "" {
		before, after, _ := strings.Cut(w.replace, " => ")
		if !strings.Contains(text, before) {
			return "", fmt.Errorf("wrong/%s.txt replaces %q, and %s has no such text", w.Name, before, s.File)
		}
		text = strings.Replace(text, before, after, 1)
	}
	if w.below != "" {
		text += "\n" + w.below + "\n"
	}
	return text, nil
}
