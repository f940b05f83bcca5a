package web

// cataloguePages show courses and students, and carry out the forms about them.
type cataloguePages struct {
	*server
	decisions *decisionPages
	log       *logPages
}

// newCataloguePages returns the pages of courses and students.
func newCataloguePages(s *server, decisions *decisionPages, log *logPages) *cataloguePages {
	return &cataloguePages{s, decisions, log}
}
