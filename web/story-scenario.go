package web

import (
	"fmt"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

const (
	mostGiven = 200 // events that a test begins with
	fewGiven  = 40  // with more, the receipt only leads to it
)

// A scenario is one attempt as a test of package courses.
type scenario struct {
	URL    string // of the file, or "" when there is no such test
	Code   source // or nothing: then the file is long
	Length string
	Why    string // why there is none, for a reader who may expect it
}

// A noScenario says why there is no test of an attempt.
type noScenario string

const (
	errInputNotKept  = noScenario("This receipt is from a time when receipts did not keep what exactly was asked for.")
	errTooMuchGiven  = noScenario("The attempt read more than 200 events. Nobody would read a test that begins with them.")
	errOtherCommands = noScenario("The program does not have this command any more, or the command has other fields.")
	errOtherRequests = noScenario("This receipt is from a time when a request was told from others by its first fact alone. The program would not refuse it today.")
	errFailedAttempt = noScenario("This attempt failed, and the rules had no part in that: no test of the rules would show it.")
	errVoidAttempt   = noScenario("The log is another one since: what this attempt knew is not in it any more.")
	errOtherRefusals = noScenario("The rule that said no then is not in the program any more.")
	errNotWritten    = noScenario("The program could not write this test. Its own log says why.")
)

// queryAt returns the boundary of an attempt.
func queryAt(record receipt.Receipt, i int) dcb.Query {
	items := record.Boundary
	for _, attempt := range record.Attempts[:i+1] {
		if attempt.Moved != nil {
			items = attempt.Moved.Boundary
		}
	}
	return dcb.QueryOf(items...)
}

func scenarioURL(record receipt.Receipt, i int) string {
	return fmt.Sprintf("%s/attempts/%d/test", decisionURL(record.ID), i+1)
}

// scenarioFile is what the test's file is called. It does not end in the name of an
// operating system, or Go would leave it out on others.
func scenarioFile(record receipt.Receipt, i int) string {
	return fmt.Sprintf("decision_%s_%d_test.go", record.ID, i+1)
}
