package ui

// An Option is one of several things to choose from.
type Option struct{ ID, Name string }
