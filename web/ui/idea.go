package ui

// An Idea is why a page shows what it shows, with a link to the line of the code that does it.
type Idea struct {
	Text  string // two sentences
	URL   string // of the line
	Words string // for the link
}
