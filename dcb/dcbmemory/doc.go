// Package dcbmemory has an event log in memory. It keeps the promises of [dcb.Log], and forgets
// everything when the program ends. Decisions are tested on it, and one can play with it.
//
// Its append is the protocol of every [dcb.Log] on one screen: whoever appends is alone, looks
// whether anything new is inside the boundary, and stores all events or none. What a database
// needs for the same is in the package dcb.
package dcbmemory
