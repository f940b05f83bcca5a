// Package dcbfile writes a whole event log into a file, and makes a log of such a file: to
// move a log to another database, and to look at it with other tools.
//
//	summary, err := dcbfile.Export(ctx, pool, file, nil)
//	summary, err = dcbfile.Import(ctx, emptyPool, file, nil)
//
// # The file
//
// The file is text in UTF-8, one JSON object a line. The first line names the format and its
// version, and says how many events follow. Each event is a line, in the order of positions.
// The last line has the SHA-256 of all lines before it. A file without it is not complete:
//
//	{"format":"dcb events","version":1,"events":1}
//	{"position":1,"id":"…","type":"SeatTaken","tags":["seat:12A"],"data":"{\"by\":\"ada\"}","recorded_at":"2026-03-20T10:00:00.123456Z","append_rest":0}
//	{"sha256":"…"}
//
// An event has all that the log keeps of it. Data and metadata are texts, because they are
// kept byte for byte, with their spaces and line breaks. append_rest is how many events of
// the same append follow this one; older logs did not keep that. An event without a
// causation_id, correlation_id, metadata or append_rest does not have that member.
//
// The same log makes the same file, byte for byte. So if a file is imported and exported
// again, both files have the same digest.
//
// # What is not in the file
//
// The file has only the events: no receipts, no tables made of the log, and no other tables of
// the application. It does not have the keys of sealed texts either (package dcb/sealed):
// without the rows of dcb_subject_key the texts can't be read in the new log.
//
// Positions, IDs and times are the same in the new log. So a [dcb.Checkpoint] of the old log
// is valid in the new one, and a reader of the old log can go on with the new one. The places
// of consumers and their parked events are not in the file. Give each consumer the
// [dcb.Store.Place] that it had as its From. Otherwise it handles all events again.
//
// # An import that is not finished
//
// Import stores events in transactions of 8 MiB of lines. Until all of them are stored and the
// digest is right, nobody can read the log or append to it: dcb_event is a view that makes
// every statement of a store fail, and [dcb.Open] says why. The events wait in
// dcb_event_importing.
//
// An import may be interrupted, even by a kill. Import the same file again, and it goes on: it
// recognises the file by the digest of the stored lines. If something is wrong with the file,
// all events are deleted, and the log is empty as before. [Discard] deletes the events of an
// interrupted import.
package dcbfile
