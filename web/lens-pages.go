package web

// lensPages show what a decision would read, before it is sent.
type lensPages struct{ *server }

// newLensPages returns the pages of the lens.
func newLensPages(s *server) *lensPages { return &lensPages{s} }
