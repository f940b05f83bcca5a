// Package sealed lets a log forget a person, although events never change.
//
// What an event says about a person is sealed before it is appended, with a key that the
// person alone has. The key stands in a table beside the log, dcb_subject_key. Without it
// nobody can read what was sealed, wherever it was copied to. So to forget the person is to
// forget the key, and every event stays as it is, byte for byte, at its position.
//
// # A text and its subject
//
// A [Text] is a string: either in plain text, or sealed. It stands in the fact of an event
// like any other string, so a log may have both, as when sealing began later. A sealed text
// names its subject, which is the tag of whom it is about:
//
//	name, err := keys.Seal(ctx, "student_id:s1", "Ada Lovelace")
//	…
//	StudentRegistered{Student: "s1", Name: name}
//
// It is AES-256-GCM, and the subject is authenticated with it. A sealed text that was
// changed, or made to name another subject, can't be opened.
//
// # Equal texts
//
// Two texts of one subject are equal when they are sealed if and only if they were equal
// before. So a decision, which is pure and has no keys, can still tell that a new name is
// the old one, a request that is sent again asks for the same, and an append that is
// repeated has the same content. The nonce is made of the text, by HMAC under the key, for
// this. Texts of two subjects never look alike, for their keys differ.
//
// Seal a text before the decision, and put the sealed text into the command. Rules about
// the text itself, such as its length, are checked before that.
//
// # Opening
//
// No key is kept in memory: each [Keys.Ring] asks the table. So once a subject is forgotten,
// no process can open its texts any more, except in answers that are under way. Nothing
// that is stored should hold an opened text. Open it on the way to the reader:
// [Keys.OpenIn] opens all sealed texts in a page, in one round trip.
//
// A table that needs opened texts, to search them, fills itself in a transaction that
// loads the keys by [Ring.Load], and empties itself in the one of [Keys.Forget].
//
// # Forgetting
//
// [Keys.Forget] takes a decision, forgets the key and clears copies in one transaction. So
// the log says that the subject is forgotten if and only if the key is gone.
//
// # What it does not do
//
//   - It does not keep anything from those who can read the database: the keys stand in it.
//   - A backup, a standby that lags, the write-ahead log and an archive of it hold the key
//     until they are replaced. In the table itself, the old version of the row is there
//     until PostgreSQL vacuums it.
//   - A text that was stored in plain text stays, and so do tags and ids: make no id of
//     what is to be forgotten.
//   - Without the key one can see that there is a text, how long it is, and that two texts
//     of one subject are equal.
//   - What somebody wrote down elsewhere is theirs.
package sealed
