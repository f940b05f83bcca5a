package story

import (
	"fmt"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

const (
	MostGiven = 200 // events that a test begins with at most
	FewGiven  = 40  // with more events, the receipt has a link instead of the code
)

// A Scenario is one attempt as a test of package courses.
type Scenario struct {
	URL    string // of the file, or "" if there is no test
	Code   Source // empty if the file is long
	Length string // "31 lines"
	Why    string // why there is no test, or ""
}

// A NoScenario is the reason why an attempt can't be written as a test. The text is for
// visitors.
type NoScenario string

// Error implements error.
func (e NoScenario) Error() string { return string(e) }

// The reasons why there is no test.
const (
	ErrInputNotKept  = NoScenario("When this receipt was made, receipts did not keep exactly what was asked for.")
	errTooMuchGiven  = NoScenario("The attempt read more than 200 events. Nobody would read a test that begins with them.")
	errOtherCommands = NoScenario("The program does not have this command any more, or the command has other fields.")
	ErrOtherModel    = NoScenario("The rules of another model took this decision. No test of our rules would show it.")
	errOtherRequests = NoScenario("When this receipt was made, the program recognised a request by its first fact alone. Today it would not refuse it.")
	ErrFailedAttempt = NoScenario("This attempt failed, and the rules had no part in that: no test of the rules would show it.")
	ErrVoidAttempt   = NoScenario("The log is another one now: what this attempt knew is not in it any more.")
	errOtherRefusals = NoScenario("The rule that said no then is not in the program any more.")
	ErrNotWritten    = NoScenario("The program could not write this test. Its own log says why.")
)

// QueryAt returns the boundary of attempt i as a query.
func QueryAt(record receipt.Receipt, i int) dcb.Query {
	items := record.Boundary
	for _, attempt := range record.Attempts[:i+1] {
		if attempt.Moved != nil {
			items = attempt.Moved.Boundary
		}
	}
	return dcb.QueryOf(items...)
}

// ScenarioURL is the address of attempt i as a test.
func ScenarioURL(record receipt.Receipt, i int) string {
	return fmt.Sprintf("%s/attempts/%d/test", DecisionURL(record.ID), i+1)
}

// ScenarioFile is the name of the test's file. It ends in a number, because Go leaves out a
// file such as x_linux_test.go on all other operating systems.
func ScenarioFile(record receipt.Receipt, i int) string {
	return fmt.Sprintf("decision_%s_%d_test.go", record.ID, i+1)
}
