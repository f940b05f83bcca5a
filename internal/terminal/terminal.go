// Package terminal tells whether somebody reads along: then a program may overwrite its last line.
package terminal

import (
	"io"
	"os"
)

// Is reports whether what is written to out appears on a terminal.
func Is(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
