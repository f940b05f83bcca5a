package ui

// An Outcome is how a decision or an attempt ended. The colour is the modifier of a class in
// the stylesheet: "seated", "refused".
type Outcome struct{ Colour, Icon, Words string }
