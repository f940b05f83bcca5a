// Package dcbschema holds the tables of the event log, as plain SQL that any migration tool
// applies.
//
// Each file is applied once, in the order of the names, and never changes afterwards: a new
// version of the log's tables is a new file. The numbers leave gaps, for the migrations of
// the application around the log. The files name no schema, so the tables are made in the
// first one of the search path. The comments that begin with "+goose" are for one such tool, and
// say nothing to others.
package dcbschema

import (
	"embed"
	"io/fs"
	"strings"
)

// Files holds the migrations of the log: NNNN_name.sql.
//
//go:embed *.sql
var Files embed.FS

// SQL returns all of Files as one script, which makes the log in an empty schema.
func SQL() string {
	names, _ := fs.Glob(Files, "*.sql") // in the order of the names; the pattern is well formed
	var script strings.Builder
	for _, name := range names {
		file, _ := Files.ReadFile(name) // what was embedded can be read
		script.Write(file)
		script.WriteByte('\n')
	}
	return script.String()
}
