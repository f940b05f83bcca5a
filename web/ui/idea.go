package ui

// An Idea is why a page shows what it shows, and where that stands in the code.
type Idea struct {
	Text  string // two sentences
	URL   string // of the line
	Words string // what stands there
}
