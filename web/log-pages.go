package web

// logPages show the log, one event of it, and the history of a course or a student.
type logPages struct{ *server }

// newLogPages returns the pages of the log.
func newLogPages(s *server) *logPages { return &logPages{s} }
