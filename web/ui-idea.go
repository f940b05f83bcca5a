package web

// An idea is why a page shows what it shows, and where that stands in the code.
type idea struct {
	Text  string // two sentences
	URL   string // of the line
	Words string // what stands there
}
