package web

// An outcome is how a decision, or one attempt of it, ended: a colour, which is the
// modifier of a class, an icon and words.
type outcome struct{ Colour, Icon, Words string }
