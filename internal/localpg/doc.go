// Package localpg gives a program a real PostgreSQL of its own, so that
// "go run" is all the set-up there is.
//
// [Start] makes sure that a server is running on a directory. If another
// process has already started one there, both share it. If none is running,
// PostgreSQL is looked for on this machine, downloaded if it is not installed,
// given a new data directory if there is none yet, and started.
//
// # Out of everybody's way
//
// The server listens on a unix socket in a directory that only its own user can
// enter, and on no port. So there is no password to choose, no port to collide
// on, and nobody else on the machine or the network can connect.
//
// PostgreSQL refuses to run as root. Started by root, as in a container, it runs
// as the user "postgres" or, without one, "nobody". That user can't enter /root,
// which is why root's [DefaultDir] is below /var/lib.
//
// # The leash
//
// Starting a server is easy; the work is in never leaving one behind. A process
// can stop its server when it exits, but not when it crashes or gets kill -9.
// Linux could end the server with its parent (Pdeathsig), but macOS can't, the
// signal follows the thread and not the process that asked for it, and a server
// that two processes share has no one parent to follow. Libraries that embed
// PostgreSQL stop it in a cleanup function, and so leave it running
// after every crash, holding its data directory.
//
// What the kernel does reliably, however a process ends, is close its files. So
// the leash is a file, a FIFO in the server's directory:
//
//	every process that uses the server     holds its write end open, and never writes
//	a small shell script, the keeper       waits in a read on the other end
//
// The read returns when the last writer is gone. The keeper then shuts PostgreSQL
// down in order, or ends initdb, which is on a leash of its own before there is a
// server. A second process can open a FIFO by its name, which it can't do with a pipe;
// then it no longer matters who leaves first.
//
// A second FIFO, the pulse, runs the other way. The keeper and every process of
// the server hold its write end, the users its read end. End of file there means
// that nothing of the server is left, which no process id can tell: ids are used
// again, and a zombie still has one. So a postmaster.pid that was left behind is removed,
// whatever process it names.
//
// One thing can still be left: the directory of a throw-away server that got kill -9
// together with its keeper, or whose user did just when there was none. The next throw-away
// server removes it, since nobody holds its lock.
//
// # Joining
//
// Starting, joining and leaving happen under a file lock, so several processes
// may do them at the same time. One race is left: the last user crashes, which
// needs no lock, just when the next one opens the leash. Has the keeper seen the
// end already or not? So whoever joins a running server knocks: it makes a file
// and writes a line to the leash, upon which the keeper removes that file. A
// keeper that has answered saw the leash held, and will read on. One that had
// seen the end doesn't answer, its pulse ends, and the newcomer starts a server
// of its own.
//
// Sixteen programs may use a server at once; it has twenty connections for each. Whoever
// comes by another path, because the directory was renamed or mounted twice, reads in it
// where the socket is.
//
// What takes longer than a second is said once in the log: that another program has the
// lock, that the server is not ready, or that it still shuts down.
//
// # When the server dies
//
// As long as a [Server] is open, a server that dies is started again, whoever
// killed it. PostgreSQL recovers what was committed, and connection pools
// reconnect to the same URL.
package localpg
