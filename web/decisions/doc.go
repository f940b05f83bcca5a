// Package decisions takes decisions and shows their receipts.
//
// Read decide.go first: [Pages.Decide] carries out the command of a form and keeps the
// receipt of the decision. race_guard.go denies commands about a race that is under
// way, and repeat.go finds the first result of a request that arrives again.
//
// The rest is pages: the list of receipts ([Pages.List]), one receipt ([Pages.Show]), and an
// attempt written as a Go test ([Pages.Test]).
package decisions
