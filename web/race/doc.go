// Package race has the pages on which many decisions want the same thing at once.
//
// # Races
//
// On the page of the list ([Pages.List]) the registrar starts a race ([Pages.StartRace]):
// contenders who want seats in the same courses at the same moment. Package lab runs it
// against the application's own log; each contender is a real decision. The page of a race
// ([Pages.Show]) draws a lane for each: bars for what took time, and marks for how attempts
// ended. While a race runs, everybody who watches it gets new pictures ([Pages.Follow]).
// Later it can be stepped through, and every step has an address.
//
// # Comparisons
//
// A comparison ([Pages.StartComparison]) sends the same burst of decisions to event stores
// that were broken on purpose, and to the correct one. Its page ([Pages.Comparison]) counts
// what went wrong under each strategy, and shows its code.
package race
