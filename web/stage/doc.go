// Package stage has the page on which two decisions are taken step by step: who reads, who
// decides and who appends, in any order that the visitor chooses.
//
// The address of the page says everything: the switches, and the steps that were taken. Each
// request plays these steps once more, on a log of its own in memory, which is thrown away
// afterwards. So every button is a link. The way back is the browser's, a link can be shared,
// and nothing is kept.
//
// What the page shows comes from the record of the play: what each decision read, its condition,
// what was new, who was refused. [Pages.Show] puts that into words (says.go, next.go), and
// into a picture (board.go, actor.go, circles.go).
package stage
