// Package invoice gives invoices the numbers 1, 2, 3 and so on, without a gap and none twice.
//
// The next number follows from the last invoice. So the boundary is every invoice, and of two
// that are created at once one is decided again, with the next number. Only one event is
// read, however many invoices there are ([dcb.Latest]).
//
// [dcb.DecideValue] returns the number to the caller. It is the number that was stored, even
// if the decision was taken several times.
package invoice
