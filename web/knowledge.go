package web

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"go-crablet/receipt"
)

// knowledge is what attempts knew, an attempt per column.
type knowledge struct {
	Columns []string
	Rows    []knownRow
}

// A knownRow is one field of a decision's state.
type knownRow struct {
	Name    string
	Before  []string
	Now     string
	Changed bool // since the attempt before
}

// mostColumns is how many attempts the table compares; of more, it shows the last two.
const mostColumns = 3

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
		row := knownRow{Name: humanised(k.Name), Now: answer(k.Value)}
		for _, attempt := range before {
			row.Before = append(row.Before, answer(known(attempt.Knew, k.Name)))
		}
		row.Changed = len(before) > 0 && row.Before[len(before)-1] != row.Now
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

func answer(value string) string {
	switch value {
	case "true":
		return "yes"
	case "false":
		return "no"
	default:
		return value
	}
}

// staleFields names what a conflict made out of date: "seats taken and capacity".
func staleFields(conflict receipt.Conflict) string {
	names := slices.Clone(conflict.Stale)
	for i, name := range names {
		names[i] = strings.ToLower(humanised(name))
	}
	return and(names)
}

// known returns what was known under a name, or "".
func known(knew []receipt.Known, name string) string {
	for _, k := range knew {
		if k.Name == name {
			return k.Value
		}
	}
	return ""
}
