package web

// An option is one course to choose.
type option struct{ ID, Name string }
