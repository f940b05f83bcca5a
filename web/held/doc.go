// Package held holds decisions open between decide and append, so that people can look
// into the gap and get inside each other's boundary by hand.
//
// Nothing is acted out. A [Keeper] takes a decision in the background, and a hook of its
// trace ([dcb.Trace]) blocks when it has decided and before it appends. Whoever appends
// inside its boundary meanwhile makes its append conflict, as at any other time; then it
// decides again, and is held again.
//
// # Until when
//
// A decision is held until it is told to go on ([Held.Continue]), or for a think time
// that was chosen before. Either way it goes on by itself at last: nobody can hold a
// decision forever, nor as many of them as they like. [Held.Cancel] ends it instead, and
// then nothing of it is appended; so does [Keeper.Close].
//
// # In one process
//
// A decision lives in the process that takes it, and so does what holds it. Another
// process knows nothing of it, and a crash is the end of it: what is not appended never
// was.
//
// # Pages
//
// [Pages] is what visitors see of it: the page where they choose to hold their decisions,
// and the page of each decision that is held.
package held
