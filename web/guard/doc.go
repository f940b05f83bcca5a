// Package guard keeps the application answering, whoever asks and however much.
//
// A [Client] is where a request comes from, as far as that can be believed. A [Throttle]
// lets each client do something so often, a [Turnstile] lets costly pages be made one after
// the other, and [Attempts] count guesses at the passcode. All of it is kept in memory of a
// fixed size, in each instance of the application by itself.
package guard
