package log

import "go-crablet/web/site"

// Pages show the log, one event of it, and the history of a course or a student.
type Pages struct{ *site.Site }

// New returns the pages of the log.
func New(s *site.Site) *Pages { return &Pages{s} }
