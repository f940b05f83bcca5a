package dcb

import "embed"

// Source is the source of this package, as it was compiled: for programs that show
// their readers what keeps their decisions right.
//
//go:embed *.go *.sql
var Source embed.FS
