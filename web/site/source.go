package site

import (
	"net/http"
	"path"
	"strconv"

	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type sourceView struct {
	Layout
	Folder, Name string
	Code         story.Source
	Length       string // of the file, in words
}

type sourcesView struct {
	Layout
	Folders []story.SourceFolder
}

// SourceFile shows one source file of the program, or the list of all that can be shown.
func (s *Site) SourceFile(v *Visit) error {
	file := v.ID("path")
	if file == "" {
		return s.showSources(v)
	}
	text, found := story.SourceFiles[file]
	if !found {
		return Problem{
			http.StatusNotFound, "Not shown here",
			"The program shows the files that decide, and those that keep decisions right. This is not one of them. " +
				"Perhaps the name is misspelt, or the file has another name now.",
			ui.Link{URL: "/source/", Words: "To the files that are shown"},
		}
	}
	layout, err := v.Page(path.Base(file), "", nil)
	if err != nil {
		return err
	}
	view := sourceView{Layout: layout, Folder: path.Dir(file), Name: path.Base(file), Code: story.WholeFile(file, text)}
	lines := len(view.Code.Lines)
	view.Length = strconv.Itoa(lines) + " " + ui.Plural(lines, "line", "lines")
	return v.Render(http.StatusOK, sourcePage(view))
}

func (s *Site) showSources(v *Visit) error {
	layout, err := v.Page("Source", "", nil)
	if err != nil {
		return err
	}
	return v.Render(http.StatusOK, sourcesPage(sourcesView{layout, story.SourceFolders()}))
}

var whySource = ui.Idea{
	Text: "This text was compiled into the program, so it is exactly the version that answers you. " +
		"Receipts mark the case that decided in the same text.",
	URL: story.SourceURL("domain/courses/source.go", "Source"), Words: "How it gets into the program",
}
