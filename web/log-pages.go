package web

import "go-crablet/web/site"

// logPages show the log, one event of it, and the history of a course or a student.
type logPages struct{ *site.Site }

// newLogPages returns the pages of the log.
func newLogPages(s *site.Site) *logPages { return &logPages{s} }
