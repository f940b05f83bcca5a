package dcbmemory

import "embed"

// Source is the source of this package, as it was compiled: for programs that show it.
//
//go:embed log.go repeated.go
var Source embed.FS
