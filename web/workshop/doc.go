// Package workshop has the page of the workshop, and the rooms in which a group works through it.
//
// The page shows each step with what this application has to show about it right now: a link to an
// event, a receipt, a race. The steps themselves come from package steps, which the workshop's
// program reads, too. How far a visitor is stands in the address of the page; the program makes
// that address.
//
// A room is opened by the registrar, who leads the group. Package room keeps what the programs of the
// participants tell it, and [Pages.Room] shows that while it changes.
package workshop
