// Package dcbschema holds the tables of the event log, as plain SQL that any migration tool
// applies.
//
// Each file is applied once, in the order of the names, and never changes afterwards: a new
// version of the log's tables is a new file. The gaps between the numbers are for the
// migrations of the application around the log. The files name no schema, so the tables are
// made in the first schema of the search path. The comments that begin with "+goose" are for
// the migration tool goose.
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
	names, _ := fs.Glob(Files, "*.sql") // in the order of the names; the pattern is valid
	var script strings.Builder
	for _, name := range names {
		file, _ := Files.ReadFile(name) // an embedded file can always be read
		script.Write(file)
		script.WriteByte('\n')
	}
	return script.String()
}
