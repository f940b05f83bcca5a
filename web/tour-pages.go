package web

// tourPages show visitors around.
type tourPages struct {
	*server
	held *heldPages
}

// newTourPages returns the tour, which takes decisions that are held.
func newTourPages(s *server, held *heldPages) *tourPages { return &tourPages{s, held} }
