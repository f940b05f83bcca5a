package web

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"go-crablet/web/ui"
)

type sourceView struct {
	layout
	Folder, Name string
	Code         source
	Length       string
}

type sourcesView struct {
	layout
	Folders []sourceFolder
}

// A sourceFolder is a folder with the files in it that can be looked at.
type sourceFolder struct {
	Path, About string
	Files       []ui.Link
}

// sourceFile is the page of one file of the program, or of all of them.
func (s *server) sourceFile(v *visit) error {
	file := v.id("path")
	if file == "" {
		return s.showSources(v)
	}
	text, found := sourceFiles[file]
	if !found {
		return problem{
			http.StatusNotFound, "Not shown here",
			"The program shows the files that decide and that keep decisions right, and this is none of them. " +
				"The name may be misspelt, or the file may be called something else now.",
			ui.Link{URL: "/source/", Words: "To the files that are shown"},
		}
	}
	layout, err := v.page(path.Base(file), "", nil)
	if err != nil {
		return err
	}
	view := sourceView{layout: layout, Folder: path.Dir(file), Name: path.Base(file), Code: wholeFile(file, text)}
	lines := len(view.Code.Lines)
	view.Length = strconv.Itoa(lines) + " " + ui.Plural(lines, "line", "lines")
	return v.render(http.StatusOK, sourcePage(view))
}

// wholeFile is a file whose lines have addresses.
func wholeFile(file, text string) source {
	text = strings.TrimSuffix(text, "\n")
	s := source{File: file}
	if strings.HasSuffix(file, ".sql") {
		s.Lines = sqlLines(text)
	} else {
		s.Lines = tokenLines(text)
	}
	for i := range s.Lines {
		s.Lines[i].Number = i + 1
		s.Lines[i].Anchor = lineAnchor(i + 1)
	}
	return s
}

func (s *server) showSources(v *visit) error {
	layout, err := v.page("Source", "", nil)
	if err != nil {
		return err
	}
	return v.render(http.StatusOK, sourcesPage(sourcesView{layout, sourceFolders()}))
}

// sourceFolders lists what can be looked at, the rules first.
func sourceFolders() []sourceFolder {
	folders := []sourceFolder{
		{Path: "domain/courses", About: "The rules: a command to a file, with its boundary and its cases."},
		{Path: "dcb", About: "The event store: what a query matches, and how an append stays conditional on it."},
		{Path: "lab", About: "The append, broken in five ways, and right in one."},
	}
	for i := range folders {
		for file := range sourceFiles {
			if path.Dir(file) == folders[i].Path {
				folders[i].Files = append(folders[i].Files, ui.Link{URL: sourceURL(file, ""), Words: path.Base(file)})
			}
		}
		slices.SortFunc(folders[i].Files, func(a, b ui.Link) int { return strings.Compare(a.Words, b.Words) })
	}
	return folders
}

// Each page has one. They are written to be read in a row, too: all of it rests on one
// idea, and no two pages should say the same about it.
var (
	whySource = ui.Idea{
		Text: "The text is put into the program when it is compiled, so it is the version that answers you and can be no other. " +
			"Receipts mark the case that decided in the same text.",
		URL: sourceURL("domain/courses/source.go", "Source"), Words: "How it gets into the program",
	}
)
