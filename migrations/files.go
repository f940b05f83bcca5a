package migrations

import (
	"cmp"
	"embed"
	"errors"
	"io/fs"
	"slices"

	"go-crablet/dcb/dcbschema"
)

//go:embed *.sql
var files embed.FS

// Files has the migrations of the log and those of the application. Their names are
// NNNN_name.sql, and no two have the same number.
var Files fs.ReadDirFS = folders{dcbschema.Files, files}

// folders shows several folders as one. No two of them have a file of the same name.
type folders []fs.ReadDirFS

// Open implements [fs.FS].
func (f folders) Open(name string) (fs.File, error) {
	for _, folder := range f {
		if file, err := folder.Open(name); !errors.Is(err, fs.ErrNotExist) {
			return file, err
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir implements [fs.ReadDirFS].
func (f folders) ReadDir(name string) (entries []fs.DirEntry, err error) {
	for _, folder := range f {
		some, err := folder.ReadDir(name)
		if err != nil {
			return nil, err
		}
		entries = append(entries, some...)
	}
	// In the order of their names, as one folder has them: goose takes the last for the newest.
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, nil
}
