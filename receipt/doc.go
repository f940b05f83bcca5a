// Package receipt keeps a record of each decision: what every attempt read, what it then
// knew, what it decided, and how it ended.
//
// # Writing a decision down
//
// A decision of package dcb reads the events inside its boundary, decides, and appends its
// facts on the condition that no other event got inside meanwhile. If one did, that is a
// conflict, and the decision makes another attempt. It tells each of these steps to its
// trace ([dcb.Trace]). [Record] returns a context with such a trace, and the [Recorder] that
// listens to it:
//
//	ctx, recorder := receipt.Record(ctx, cmd, "Ada wants a seat")
//	err := cmd.Decide(ctx, log)
//	r, ended := recorder.Receipt()
//
// So the receipt says what the decision knew when it was made. Nobody can find that out
// later, when the log has gone on.
//
// # Reading a receipt
//
// A [Receipt] has an [Attempt] for each time that the decision read, decided and appended.
// What an attempt knew ([Known]) is the decision's state, field by field; reflection lists
// the fields, so a decision needs no code for its receipt. The last attempt ended the
// decision, and [Receipt.Outcome] says how: its facts were appended, a rule refused it,
// every attempt met a conflict, there was nothing to do, or it failed.
//
// Most attempts have none of the following, and those fields are nil:
//
//   - [Conflict]: other events got inside the boundary before the append.
//   - [Moved]: the attempt looked at something else than the one before it.
//   - [Hold]: somebody held the attempt before its append, to watch what happens.
//   - [StartedOver]: the log had lost its end, as it may after a failover, so what the
//     decision knew was of no use any more.
//   - [Failure]: something broke, for example the connection to the database.
//
// A decision that its caller calls off has no receipt.
//
// # Keeping receipts
//
// A [Store] keeps receipts in a table, each as one JSON value. No decision reads it.
// Receipts that end at the same time are saved by one statement, so that a receipt does not
// cost as much as the decision itself. Each is put on lists: of all receipts, of those that
// belong to no race, and of those about one course or one student. [Store.Latest] reads a
// list from its end, and [Store.Before] and [Store.After] go on from there.
//
// The names of the JSON fields never change, and a field that is new is optional. So
// receipts of older versions stay readable. [Store.Trim] removes the oldest, except those
// that are pinned.
package receipt
