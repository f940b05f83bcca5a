package ui

import (
	"embed"
	"io/fs"
)

// EachFile calls do for every file in embedded files and their folders, in the order of their
// paths. name is the last part of the path.
func EachFile(files embed.FS, do func(name string, content []byte)) {
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := files.ReadFile(path)
		do(entry.Name(), content)
		return err
	})
	if err != nil {
		panic(err) // embedded files can always be read
	}
}
