// Package see lets the decision model of a participant race in the database of the running
// application, so that the application shows the race.
//
// A step that can be seen has a small program, in its folder see. The workshop builds the same program
// around the participant's code; it exists in an overlay only. The program looks for the application
// ([Main] says how), and lets the model race beside the log first, in a schema of its own. If the
// result is right, the model races once more: on the log of the application, with a receipt for each
// decision. What is wrong stays beside the log.
package see
