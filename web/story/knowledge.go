package story

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// Knowledge is a table of what attempts knew, with a column for each attempt.
type Knowledge struct {
	Columns []string
	Rows    []KnownRow
}

// A KnownRow is one field of a decision's state.
type KnownRow struct {
	Name    string
	Before  []Answer
	Now     Answer
	Changed bool // it differs from the attempt before
	Varied  bool // it is not the same in all attempts
}

// An Answer is the value of a field in words: one line, or a line for each element of a
// list.
type Answer []string

const (
	// mostColumns is how many attempts a table shows. If there are more, it shows the last two.
	mostColumns = 3
	// MostLines is how many lines a page shows of a list.
	MostLines = 6
)

// KnowledgeOf compares what attempts knew. A row is marked if the last of them knew another
// value than the one before it.
func KnowledgeOf(attempts []receipt.Attempt) Knowledge {
	if len(attempts) > mostColumns {
		attempts = attempts[len(attempts)-2:]
	}
	var table Knowledge
	for _, attempt := range attempts {
		table.Columns = append(table.Columns, fmt.Sprintf("At %d", attempt.ReadTo))
	}
	current, before := attempts[len(attempts)-1], attempts[:len(attempts)-1]
	for _, k := range current.Knew {
		now := answerOf(k)
		row := KnownRow{Name: humanised(k.Name), Now: now.shortened()}
		for _, attempt := range before {
			then := answerOf(Known(attempt.Knew, k.Name))
			row.Before = append(row.Before, then.shortened())
			row.Changed = !slices.Equal(then, now)
			row.Varied = row.Varied || row.Changed
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// Split returns the rows that are not the same in all attempts, and the others.
func (k Knowledge) Split() (varied, same Knowledge) {
	varied.Columns, same.Columns = k.Columns, k.Columns[len(k.Columns)-1:]
	for _, row := range k.Rows {
		if row.Varied {
			varied.Rows = append(varied.Rows, row)
		} else {
			same.Rows = append(same.Rows, KnownRow{Name: row.Name, Now: row.Now})
		}
	}
	return varied, same
}

// sameSummary counts the rows that are folded.
func (k Knowledge) sameSummary() string {
	if len(k.Columns) == 1 {
		return fmt.Sprintf("What the decision knew: %d %s", len(k.Rows), ui.Plural(len(k.Rows), "fact", "facts"))
	}
	_, same := k.Split()
	return fmt.Sprintf("%d unchanged", len(same.Rows))
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

func answerOf(k receipt.Known) Answer {
	switch {
	case k.Items != nil && len(k.Items) == 0:
		return Answer{"none"}
	case k.Items != nil:
		var lines Answer
		for _, item := range k.Items {
			lines = append(lines, lineOf(item))
		}
		return lines
	case k.Value == "true":
		return Answer{"yes"}
	case k.Value == "false":
		return Answer{"no"}
	default:
		return Answer{k.Value}
	}
}

// lineOf writes an element of a list: its first field, and then the others with their names.
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

// shortened cuts a list to [MostLines] lines. The last line then counts what is left out.
func (a Answer) shortened() Answer {
	if len(a) <= MostLines {
		return a
	}
	return append(slices.Clip(a[:MostLines-1]), fmt.Sprintf("and %d more", len(a)-MostLines+1))
}

// staleFields names the fields that a conflict made out of date: "seats taken and capacity".
func staleFields(conflict receipt.Conflict) string {
	names := slices.Clone(conflict.Stale)
	for i, name := range names {
		names[i] = strings.ToLower(humanised(name))
	}
	return ui.And(names)
}

// Known returns what was known under a name, or the zero Known.
func Known(knew []receipt.Known, name string) receipt.Known {
	for _, k := range knew {
		if k.Name == name {
			return k
		}
	}
	return receipt.Known{}
}
