// Package sealed lets a log forget a person, although events never change.
//
// A text about a person is sealed before it is appended, with a key of that person's own. The
// keys are in a table beside the log, dcb_subject_key. Without the key nobody can read the
// sealed text, wherever it was copied to. So a person is forgotten by deleting the key, and
// every event stays as it is, byte for byte, at its position.
//
// # A text and its subject
//
// A [Text] is a string, sealed or in plain text. It is a field of a fact like any other
// string. A log may have both kinds, for example if sealing began later. A sealed text names
// its subject, which is the tag of the person it is about:
//
//	name, err := keys.Seal(ctx, "student_id:s1", "Ada Lovelace")
//	…
//	StudentRegistered{Student: "s1", Name: name}
//
// A sealed text is AES-256-GCM, which also authenticates the subject. A sealed text that was
// changed, or made to name another subject, can't be opened.
//
// # Equal texts
//
// Two sealed texts of one subject are equal if and only if the plain texts are. So a decision,
// which has no keys, can tell that a new name is the old one, that a repeated request asks
// for the same, and that a repeated append has the same content. For this, the nonce is made
// of the text, by HMAC with the key. Sealed texts of two subjects are never equal.
//
// Seal a text before the decision, and put the sealed text into the command. Check rules
// about the text, such as its length, before you seal it.
//
// # Opening
//
// No key is kept in memory: each [Keys.Ring] asks the table. So once a subject is forgotten,
// no process can open its texts any more, except in answers that are under way. Do not store
// opened texts. Open a text on the way to the reader: [Keys.OpenIn] opens all sealed texts in
// a page, in one round trip.
//
// If a table needs opened texts, to search them, fill it in a transaction that loads the keys
// by [Ring.Load], and clear it in the transaction of [Keys.Forget].
//
// # Forgetting
//
// [Keys.Forget] decides a command, deletes the key and clears copies in one transaction. So
// the log says that the subject is forgotten if and only if the key is gone.
//
// # What it does not do
//
//   - Whoever can read the database can read all texts: the keys are in it.
//   - A backup, a late standby, the write-ahead log and its archive have the key until they
//     are replaced. The table itself has the old version of the row until PostgreSQL vacuums
//     it.
//   - A text that was stored in plain text stays, and so do tags and ids. Do not make an id
//     of a text that is to be forgotten.
//   - Without the key one can still see that there is a text, how long it is, and that two
//     texts of one subject are equal.
//   - It can't delete what somebody copied elsewhere in plain text.
package sealed
