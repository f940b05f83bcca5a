// Package race has the pages on which many decisions want the same thing at once.
//
// # Races
//
// On the page of the list ([Pages.List]) the registrar starts a race ([Pages.StartRace]):
// contenders who want seats in the same courses at the same moment. Package lab runs it
// against the application's own log; each contender is a real decision. The page of a race
// ([Pages.Show]) draws a lane for each: bars for what took time, and marks for how attempts
// ended. Seats stand above the lanes, at the time when they were taken. While a race runs,
// everybody who watches it gets new pictures ([Pages.Follow]), and the time axis stays as it is.
// Later a slider leads to any moment, and every moment has an address. The page says what holds
// at that moment, so a replay does not tell the result before its end.
//
// # Comparisons
//
// A comparison ([Pages.StartComparison]) sends the same burst of decisions to event stores
// that were broken on purpose, and to the correct one. Its page ([Pages.Comparison]) counts
// what went wrong under each strategy, and shows its code. It draws what each store gave away.
// One burst of a broken strategy is shown beside that of the correct one, as both were recorded.
// Both are on one clock: their first contenders go on at the same time.
package race
