package standing

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// A Report says how the program and its database stand at one moment.
type Report struct {
	At       time.Time `json:"at"` // by the clock of the database
	Program  Build     `json:"program"`
	Sections []Section `json:"sections"`
}

// A Section has the lines about one subject.
type Section struct {
	Name  string `json:"name"`
	Lines []Line `json:"lines"`
}

// A Line is one thing that was looked at.
type Line struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	State  State  `json:"state"`
	Normal string `json:"normal"` // the normal range
	ToDo   string `json:"to_do"`  // what to do when the line is outside that range
}

// A State says whether a line is in its normal range.
type State string

// The states of a line.
const (
	Well   State = "well"
	Unwell State = "unwell" // outside the normal range
	Unseen State = "unseen" // the database does not show it
)

// Unwell returns how many lines are outside their normal range.
func (r Report) Unwell() (n int) {
	for _, section := range r.Sections {
		for _, line := range section.Lines {
			if line.State == Unwell {
				n++
			}
		}
	}
	return n
}

// Verdict says in a sentence whether anything is to do.
func (r Report) Verdict() string {
	switch n := r.Unwell(); n {
	case 0:
		return "Everything that can be seen is in its normal range."
	case 1:
		return "One line is outside its normal range."
	default:
		return fmt.Sprintf("%d lines are outside their normal range.", n)
	}
}

// marks are the first words of lines.
var marks = map[State]string{Well: "ok", Unwell: "LOOK", Unseen: "unseen"}

// WriteText writes the report for a terminal.
func (r Report) WriteText(w io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "webapp %s\n%s\n", r.Program, r.At.UTC().Format("2 January 2006, 15:04:05 UTC"))
	for _, section := range r.Sections {
		fmt.Fprintf(&text, "\n%s\n", section.Name)
		for _, line := range section.Lines {
			fmt.Fprintf(&text, "  %-6s  %s: %s\n          normal: %s\n", marks[line.State], line.Name, line.Value, line.Normal)
			if line.State == Unwell {
				fmt.Fprintf(&text, "          to do: %s\n", line.ToDo)
			}
		}
	}
	fmt.Fprintf(&text, "\n%s\n", r.Verdict())
	_, err := io.WriteString(w, text.String())
	return err
}
