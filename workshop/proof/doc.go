// Package proof lets the tests of the workshop race without luck: all contenders of a [Meeting]
// have decided before the first of them appends.
//
// The tests of the steps share it. Participants may read it, and need not change it.
package proof
