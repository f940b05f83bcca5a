// Package username registers accounts under usernames that nobody else has.
//
// A username is claimed when an account is registered with it, or changes to it. Capitals do
// not matter: JamesBond and jamesbond are one name. When the account is closed or takes
// another name, the old name stays reserved for three days, so that nobody can pose as its
// former owner. After that it is free.
//
// Every fact carries the tag of each username that it is about. A change carries the tags of
// the old and the new name. So the boundary of a registration is the history of one name.
// Registrations of other names never conflict with it.
//
// The age of a fact follows from two times: the command says what time it is, and the database
// said when it recorded the fact ([dcb.OnEvent]). The decision never looks at the clock, so a
// registration that is decided again comes to the same answer.
package username
