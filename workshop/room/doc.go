// Package room keeps how far the participants of a workshop are, while somebody leads them.
//
// The leader opens a room ([Rooms.Open]) and shows its code. The program of each participant tells
// the room after each check ([Rooms.Tell]) which step it was about, whether it is green, and which
// test fails. It never sends code. The leader looks at a board ([Rooms.Look]): where people are,
// which test stops most of them, and who has been at a step for longer than most people need.
//
// Rooms are in memory, and belong to the process that opened them. A room is forgotten when the
// leader stops it, an hour after its time is over, or when the process ends. Nobody is ranked: the
// board names only those who may want a visit, and those who have something to show.
package room
