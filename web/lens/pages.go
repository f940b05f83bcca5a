package lens

import "go-crablet/web/site"

// Pages are the pages that show what a decision will read, before it is sent.
type Pages struct{ *site.Site }

// New returns the pages of the lens.
func New(s *site.Site) *Pages { return &Pages{s} }
