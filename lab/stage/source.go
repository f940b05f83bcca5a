package stage

import "embed"

// Source is the source of this package, as it was compiled: for pages that show it.
//
//go:embed *.go
var Source embed.FS
