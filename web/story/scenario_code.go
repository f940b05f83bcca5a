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

// ScenarioCode writes an attempt as a test that compiles among the tests of package courses.
// given is all that the attempt knew. An attempt that lost to a conflict decided something,
// too, and the test is about that decision. The error is a [NoScenario] if there can be no
// test.
func ScenarioCode(record receipt.Receipt, i int, given []dcb.Event) (string, error) {
	if err := checkScenario(record, i, given); err != nil {
		return "", err
	}
	cmd, err := readCommand(record.Command, record.Input)
	if err != nil {
		return "", err
	}
	boundary := tagsOfItems(QueryAt(record, i).Items())
	facts := factsCode{cmd: cmd}
	then, err := facts.then(record.Attempts[i], given, boundary)
	if err != nil {
		return "", err
	}
	happened := facts.arguments(facts.happened(given, boundary))

	var b strings.Builder
	facts.writeImports(&b)
	writeComment(&b, record, i)
	fmt.Fprintf(&b, "func TestDecision%sAttempt%d(t *testing.T) {\n", record.ID, i+1)
	when := call("When", []string{facts.literal(cmd)})
	if facts.usesCmd {
		fmt.Fprintf(&b, "cmd := %s\n", facts.literal(cmd))
		when = "When(cmd)"
	}
	for n, cause := range facts.causes {
		fmt.Fprintf(&b, "%s := %s\n", causeName(n), cause)
	}
	fmt.Fprintf(&b, "dcbtest.%s.%s.%s\n}\n", call("Given", append([]string{"t"}, happened...)), when, then)
	code, err := format.Source([]byte(b.String()))
	if err != nil {
		return "", fmt.Errorf("format the test of attempt %d of decision %s: %w", i+1, record.ID, err)
	}
	return string(code), nil
}

// checkScenario returns the reason why an attempt can't be written as a test, or nil.
func checkScenario(record receipt.Receipt, i int, given []dcb.Event) error {
	switch {
	case ModelOf(record) != "":
		return ErrOtherModel
	case record.Input == nil:
		return ErrInputNotKept
	case record.Attempts[i].Failure != nil:
		return ErrFailedAttempt
	case record.IsVoid(i):
		return ErrVoidAttempt
	case len(given) > MostGiven:
		return errTooMuchGiven
	default:
		return nil
	}
}

// then writes what an attempt came to: its facts, or the refusal.
func (c *factsCode) then(attempt receipt.Attempt, given []dcb.Event, boundary dcb.Tags) (string, error) {
	if attempt.Refusal == "" {
		return call("Then", c.arguments(c.wanted(attempt.Wanted))), nil
	}
	if attempt.Refusal == courses.ErrRequestReused.Error() && !saysWhatWasAsked(given, boundary) {
		return "", errOtherRequests
	}
	name, found := DomainSource.refusalNamed(attempt.Refusal)
	if !found {
		return "", errOtherRefusals
	}
	return "ThenRefused(" + name + ")", nil
}

func (c *factsCode) writeImports(b *strings.Builder) {
	b.WriteString("package courses_test\n\nimport (\n\"testing\"\n\n")
	if c.usesDCB {
		b.WriteString("\"go-crablet/dcb\"\n")
	}
	b.WriteString("\"go-crablet/dcb/dcbtest\"\n. \"go-crablet/domain/courses\"\n)\n\n")
}

func writeComment(b *strings.Builder, record receipt.Receipt, i int) {
	attempt := record.Attempts[i]
	fmt.Fprintf(b, "// %s\n", inComment(record.Title))
	fmt.Fprintf(b, "// Attempt %d of %d, which knew the log up to %d.\n", i+1, len(record.Attempts), attempt.ReadTo)
	if attempt.Conflict != nil {
		b.WriteString("// It was lost to a conflict: this is what it decided about what it knew, not about what came then.\n")
	}
}

// inComment returns a text as a line of a comment. Anybody may have written the names in
// it, so characters that Go does not allow or that change how the file reads are replaced.
func inComment(text string) string {
	line := strings.Join(strings.Fields(string(ui.PlainText([]byte(notIsolated.Replace(text))))), " ")
	if strings.HasPrefix(line, "+build") { // a build constraint
		return "Decision: " + line
	}
	return line
}

// notIsolated takes out the marks around names; see [readmodel.Isolated]. Source code has none.
var notIsolated = strings.NewReplacer("\u2068", "", "\u2069", "")

// saysWhatWasAsked reports whether a request inside the boundary was stored with the
// fingerprint of its command.
func saysWhatWasAsked(given []dcb.Event, boundary dcb.Tags) bool {
	return slices.ContainsFunc(given, func(e dcb.Event) bool {
		return slices.ContainsFunc(tagsInside(e.Tags, boundary), courses.IsAsked)
	})
}

// call writes a call with an argument per line. A testing.T stays in the first line.
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
