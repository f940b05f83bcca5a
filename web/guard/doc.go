// Package guard keeps the application answering, however much some clients ask for.
//
// A [Client] is the sender of a request, as far as its headers can be believed. A [Throttle]
// limits how often a client does something. A [Turnstile] limits how many costly pages are made
// at once, and how much of the time they take. [Attempts] limit guesses at the passcode.
//
// All of them use a fixed amount of memory. Every instance of the application counts by itself.
package guard
