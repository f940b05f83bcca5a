package ui

// An Outcome is how a decision, or one attempt of it, ended: a colour, which is the
// modifier of a class, an icon and words.
type Outcome struct{ Colour, Icon, Words string }
