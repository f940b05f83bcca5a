// Package invoice gives invoices the numbers 1, 2, 3 and so on, without a gap and none twice.
//
// The next number follows from the last invoice. So the boundary is every invoice there is, and
// of two that are created at once one is decided again, with the next number. But only one event
// is read, however many invoices there are ([dcb.Latest]).
//
// The number is told to the caller by [dcb.DecideValue]: it is the one that was stored, also
// when the decision was taken several times.
package invoice
