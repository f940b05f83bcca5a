package web

// Routes returns the patterns of the route table.
func Routes() []string {
	var patterns []string
	for _, route := range (&server{}).routes() {
		patterns = append(patterns, route.pattern)
	}
	return patterns
}
