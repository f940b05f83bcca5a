package web

import "go-crablet/web/site"

// lensPages show what a decision would read, before it is sent.
type lensPages struct{ *site.Site }

// newLensPages returns the pages of the lens.
func newLensPages(s *site.Site) *lensPages { return &lensPages{s} }
