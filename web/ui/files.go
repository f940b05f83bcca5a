package ui

import (
	"embed"
	"io/fs"
)

// EachFile calls do with every file of a tree, in the order of their names.
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
		panic(err) // the files are part of the program
	}
}
