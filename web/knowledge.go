package web

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// knowledge is what attempts knew, an attempt per column.
type knowledge struct {
	Columns []string
	Rows    []knownRow
}

// A knownRow is one field of a decision's state.
type knownRow struct {
	Name    string
	Before  []answer
	Now     answer
	Changed bool // since the attempt before
}

// An answer is what was known under a name: a line, or of a list a line for each.
type answer []string

const (
	// mostColumns is how many attempts the table compares; of more, it shows the last two.
	mostColumns = 3
	// mostLines is how many lines of a list are shown.
	mostLines = 6
)

func knowledgeOf(attempts []receipt.Attempt) knowledge {
	if len(attempts) > mostColumns {
		attempts = attempts[len(attempts)-2:]
	}
	var table knowledge
	for _, attempt := range attempts {
		table.Columns = append(table.Columns, fmt.Sprintf("At %d", attempt.ReadTo))
	}
	current, before := attempts[len(attempts)-1], attempts[:len(attempts)-1]
	for _, k := range current.Knew {
		now := answerOf(k)
		row := knownRow{Name: humanised(k.Name), Now: now.shortened()}
		for _, attempt := range before {
			then := answerOf(known(attempt.Knew, k.Name))
			row.Before = append(row.Before, then.shortened())
			row.Changed = !slices.Equal(then, now)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// humanised writes a field's name as people do: seatsTaken as Seats taken.
func humanised(name string) string {
	var text strings.Builder
	for i, r := range name {
		switch {
		case i == 0:
			text.WriteRune(unicode.ToUpper(r))
		case unicode.IsUpper(r):
			text.WriteRune(' ')
			text.WriteRune(unicode.ToLower(r))
		default:
			text.WriteRune(r)
		}
	}
	return text.String()
}

func answerOf(k receipt.Known) answer {
	switch {
	case k.Items != nil && len(k.Items) == 0:
		return answer{"none"}
	case k.Items != nil:
		var lines answer
		for _, item := range k.Items {
			lines = append(lines, lineOf(item))
		}
		return lines
	case k.Value == "true":
		return answer{"yes"}
	case k.Value == "false":
		return answer{"no"}
	default:
		return answer{k.Value}
	}
}

// lineOf writes an element of a list: its first field, and what is known of it.
func lineOf(item []receipt.Known) string {
	first, rest := strings.Join(answerOf(item[0]), ", "), make([]string, len(item)-1)
	for i, k := range item[1:] {
		rest[i] = strings.ToLower(humanised(k.Name)) + " " + strings.Join(answerOf(k), ", ")
	}
	if len(rest) == 0 {
		return first
	}
	return first + ": " + strings.Join(rest, ", ")
}

// shortened leaves out what would be too much to read.
func (a answer) shortened() answer {
	if len(a) <= mostLines {
		return a
	}
	return append(slices.Clip(a[:mostLines-1]), fmt.Sprintf("and %d more", len(a)-mostLines+1))
}

// staleFields names what a conflict made out of date: "seats taken and capacity".
func staleFields(conflict receipt.Conflict) string {
	names := slices.Clone(conflict.Stale)
	for i, name := range names {
		names[i] = strings.ToLower(humanised(name))
	}
	return ui.And(names)
}

// known returns what was known under a name, or the zero Known.
func known(knew []receipt.Known, name string) receipt.Known {
	for _, k := range knew {
		if k.Name == name {
			return k
		}
	}
	return receipt.Known{}
}
