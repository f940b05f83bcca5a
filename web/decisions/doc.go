// Package decisions takes decisions and shows them.
//
// A command goes through [Pages.Decide]. It is taken, held if the visitor wants that, and
// its receipt is kept. [Pages.List] and [Pages.Show] are the pages of receipts, from which
// each attempt can be copied as a test ([Pages.Test]).
package decisions
