// Package optin confirms an e-mail address with a code that was sent to it: a double opt-in
// without a table of codes.
//
// Sending a code is stored as a fact, with the address, the code and the time at which it expires.
// It depends on nothing that happened before, so it is appended without a condition. Whoever shows
// the code in time has confirmed the address. A code counts for the address that it was sent to, and
// once.
//
// Both facts carry the tags of the address and of the code, and [ConfirmSignUp] asks for the two
// together. So its boundary is one sign-up: of two confirmations at once one is refused, and other
// sign-ups never conflict with them.
//
// When a code expires is a part of its fact, and what time it is comes with the command. So a
// decision that is taken again comes to the same answer, and a new rule for how long codes are
// good changes nothing for those that were sent already.
//
// Two things that a product needs are left out. An address may be confirmed twice, with two codes;
// package username has the rule against that. And a refusal stores nothing, so wrong guesses are
// not counted: send codes that can't be guessed, or count the guesses before the command is taken.
package optin
