package story

import (
	"fmt"
	"go/format"
	"slices"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// ScenarioCode writes an attempt as a test, in the words of the tests of package
// courses, in the folder of which it compiles. given is all that the attempt knew. An
// attempt that lost to a conflict decided something, too, and that is what is tested.
func ScenarioCode(record receipt.Receipt, i int, given []dcb.Event) (string, error) {
	if record.Input == nil {
		return "", ErrInputNotKept
	}
	if record.Attempts[i].Failure != nil {
		return "", ErrFailedAttempt
	}
	if record.IsVoid(i) {
		return "", ErrVoidAttempt
	}
	if len(given) > MostGiven {
		return "", errTooMuchGiven
	}
	cmd, err := readCommand(record.Command, record.Input)
	if err != nil {
		return "", err
	}
	attempt := record.Attempts[i]
	boundary := tagsOfItems(QueryAt(record, i).Items())
	then := ""
	facts := FactsCode{Cmd: cmd}
	if attempt.Refusal != "" {
		if attempt.Refusal == courses.ErrRequestReused.Error() && !saysWhatWasAsked(given, boundary) {
			return "", errOtherRequests
		}
		name, found := DomainSource.refusalNamed(attempt.Refusal)
		if !found {
			return "", errOtherRefusals
		}
		then = "ThenRefused(" + name + ")"
	} else {
		then = call("Then", facts.arguments(facts.Wanted(attempt.Wanted)))
	}
	happened := facts.arguments(facts.Happened(given, boundary))

	var b strings.Builder
	b.WriteString("package courses_test\n\nimport (\n\"testing\"\n\n")
	if facts.UsesDCB {
		b.WriteString("\"go-crablet/dcb\"\n")
	}
	b.WriteString("\"go-crablet/dcb/dcbtest\"\n. \"go-crablet/domain/courses\"\n)\n\n")
	fmt.Fprintf(&b, "// %s\n", inComment(record.Title))
	fmt.Fprintf(&b, "// Attempt %d of %d, which knew the log up to %d.\n", i+1, len(record.Attempts), attempt.ReadTo)
	if attempt.Conflict != nil {
		b.WriteString("// It was lost to a conflict: this is what it decided about what it knew, not about what came then.\n")
	}
	fmt.Fprintf(&b, "func TestDecision%sAttempt%d(t *testing.T) {\n", record.ID, i+1)
	when := call("When", []string{facts.literal(cmd)})
	if facts.UsesCmd {
		fmt.Fprintf(&b, "cmd := %s\n", facts.literal(cmd))
		when = "When(cmd)"
	}
	fmt.Fprintf(&b, "dcbtest.%s.%s.%s\n}\n", call("Given", append([]string{"t"}, happened...)), when, then)
	code, err := format.Source([]byte(b.String()))
	if err != nil {
		return "", fmt.Errorf("format the test of attempt %d of decision %s: %w", i+1, record.ID, err)
	}
	return string(code), nil
}

// inComment returns a text as a line of a comment. The text has names in it that anybody
// may have written: what Go does not allow in a source file, and what would change how the
// file reads, is replaced.
func inComment(text string) string {
	line := strings.Join(strings.Fields(string(ui.PlainText([]byte(text)))), " ")
	if strings.HasPrefix(line, "+build") { // would say when Go is to take the file
		return "Decision: " + line
	}
	return line
}

// saysWhatWasAsked reports whether a request inside the boundary was stored with what it
// asked for.
func saysWhatWasAsked(given []dcb.Event, boundary dcb.Tags) bool {
	return slices.ContainsFunc(given, func(e dcb.Event) bool {
		return slices.ContainsFunc(tagsInside(e.Tags, boundary), courses.IsAsked)
	})
}

// call writes a call with an argument per line, but for a testing.T.
func call(function string, arguments []string) string {
	head := function + "("
	if len(arguments) > 0 && arguments[0] == "t" {
		head, arguments = head+"t", arguments[1:]
		if len(arguments) > 0 {
			head += ","
		}
	}
	if len(arguments) == 0 {
		return head + ")"
	}
	return head + "\n" + strings.Join(arguments, ",\n") + ",\n)"
}
