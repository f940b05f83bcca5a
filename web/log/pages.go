package log

import "go-crablet/web/site"

// Pages are the pages of the log, and the histories on other pages.
type Pages struct{ *site.Site }

// New returns the pages of the log.
func New(s *site.Site) *Pages { return &Pages{s} }
