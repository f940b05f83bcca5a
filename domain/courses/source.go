package courses

import "embed"

// Source is the Go source of this package, as it was compiled. Pages show the rule
// that decided beside what it decided on.
//
//go:embed *.go
var Source embed.FS
