// Package dcbfile writes a whole event log into a file, and makes a log again of such a file:
// for a move to another database, and to look at a log with other tools.
//
//	summary, err := dcbfile.Export(ctx, pool, file, nil)
//	summary, err = dcbfile.Import(ctx, emptyPool, file, nil)
//
// # The file
//
// It is text in UTF-8, one JSON object a line. The first line names the format and its
// version, and says how many events follow. Each event is a line, in the order of positions. The
// last line has the SHA-256 of all lines before it, so a file is complete if it has one:
//
//	{"format":"dcb events","version":1,"events":1}
//	{"position":1,"id":"…","type":"SeatTaken","tags":["seat:12A"],"data":"{\"by\":\"ada\"}","recorded_at":"2026-03-20T10:00:00.123456Z","append_rest":0}
//	{"sha256":"…"}
//
// An event has everything that the log keeps of it. Data and metadata are texts, since they are
// kept byte for byte, with their spaces and line breaks. append_rest is how many events of the
// same append stand right behind this one; logs did not always keep that. An event that has none
// of causation_id, correlation_id, metadata and append_rest has no such member.
//
// The same log makes the same file, byte for byte. So the digests of an export, and of an
// export of what was imported, are equal.
//
// # What stays behind
//
// The file has the events and nothing else: no receipts, no tables that were made of the log, and
// no other table of the application. The keys of sealed texts stay behind, too (package
// dcb/sealed): without the rows of dcb_subject_key the texts can't be read in the new log.
//
// Positions, IDs and times are the same in the new log. So a [dcb.Checkpoint] of the one is good
// for the other, and a reader who has followed the one can go on with the other. The places of
// consumers, and what they parked, stay behind as other tables do: give a consumer the
// [dcb.Store.Place] that it had as its From. Without that it begins with the first event, and
// handles all of them again.
//
// # An import that is not finished
//
// Import stores events in transactions of 8 MiB of lines. Until all of them are stored and the
// digest is right, the log can be neither read nor appended to: dcb_event is a view by which every
// statement of a store fails, and [dcb.Open] says why. The events wait in dcb_event_importing.
//
// An import may be interrupted, even by a kill. Import the same file again, and it goes on: it
// recognises the file by the digest of the lines that are stored. If something is wrong with the
// file, everything is taken back, and the log is empty as before. [Discard] takes back what an
// interrupted import has stored.
package dcbfile
