// Package steps holds the steps of the workshop. Each step has a solution that is green, an exercise
// that is red, and wrong solutions that a test catches. The check proves it (workshop/proof_test.go).
//
// # A step
//
// A step is a folder:
//
//	03-condition/condition.go       the solution
//	03-condition/condition_test.go  the test that proves it
//	03-condition/step.md            the task, hints, and what to say about it
//	03-condition/wrong/mutex.txt    a wrong solution, and the test that catches it
//	03-condition/see/main.go        a program in which the solution races, if the step has one
//
// A variant is a step that the workshop is complete without: its page says "variant: yes". It has all
// that a step has, and [Variants] returns it.
//
// # The exercise
//
// The exercise is made from the solution, so the two always fit. The solution marks what a participant
// writes:
//
//	//workshop:write append the seat under the right condition
//	_, err = log.AppendAfter(ctx, seat, taken, known)
//	//workshop:instead
//	// _, err = log.AppendAfter(ctx, seat, dcb.Query{}, known)
//	//workshop:end
//
// The exercise has the text of the first mark as a comment, and below it the lines between the last
// two marks, without their comment sign.
//
// # A wrong solution
//
// The file of a wrong solution begins with lines that have a key each. A part for each marked region
// follows, and "---" stands above each part:
//
//	caught by: the tests that fail, and no others do
//	says:      words that each of these tests says
//	why:       what to tell somebody who wrote this
//	imports:   one more package to import, if there is one
//	replace:   old => new, outside of the regions, if the mistake is there
//	below:     a declaration at the end of the file, if there is one
package steps
