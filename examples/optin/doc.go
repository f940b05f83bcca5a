// Package optin confirms an e-mail address with a code that was sent to it: a double opt-in
// without a table of codes.
//
// A fact says that a code was sent. It has the address, the code, and the time at which the
// code expires. It depends on no earlier fact, so it is appended without a condition. Whoever
// shows the code in time has confirmed the address. A code is valid once, and only for its
// address.
//
// Both facts carry the tags of the address and of the code, and the query of [ConfirmSignUp]
// has both tags. So its boundary is one sign-up: of two confirmations at once one is refused,
// and other sign-ups never conflict with them.
//
// The fact says when the code expires, and the command says what time it is. So a decision
// that is taken again comes to the same answer, and a new rule for how long codes are valid
// does not change the codes that were sent before.
//
// A product needs two more rules. Here an address may be confirmed twice, with two codes;
// package username has the rule against that. And a refusal stores nothing, so wrong guesses
// are not counted: send codes that can't be guessed, or count the guesses elsewhere.
package optin
