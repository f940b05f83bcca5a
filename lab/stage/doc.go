// Package stage plays two decisions step by step, in any order that somebody chooses, and tells
// what happened. Nothing is simulated: each decision is the real command, taken by [dcb.Decide]
// on a goroutine of its own, and each step waits for its turn. Whoever plays the same steps on
// an empty log again gets the same [Record].
//
// # Steps
//
// A decision has three steps. It reads, it decides, and it appends. After a conflict it reads
// on, from where it stopped. [Play] carries out a list of [Step]:
//
//	a1 a2 b1 b2 b3 a3
//
// Here both actors read and decide. Then B appends, and the append of A meets a conflict.
//
// # What is played
//
// A [Setting] has three switches. [Beside] says who decides beside Ada, and thereby which
// events the log has at first. [Boundary] and [Append] put a log between the decision and the
// real one. The log changes the query of an append, drops it, or checks it without a lock. The
// decisions never know.
//
// # The log
//
// [Play] takes any [dcb.Log] that is empty. [Log] is one in memory: it can be thrown away
// after the answer to a request. The tests play on it and on PostgreSQL, and compare.
package stage
