package courses

import "embed"

// Source is the Go source of this package, as it was compiled. Pages show the rule that
// decided, next to what the decision knew.
//
//go:embed *.go
var Source embed.FS
