package story

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbmemory"
	"go-crablet/domain/courses"
	"go-crablet/lab"
	"go-crablet/lab/stage"
	"go-crablet/web/ui"
)

// SourceFiles are the texts of the files that a page shows, by path, as they were compiled
// into the program. No address leads to any other file.
var SourceFiles = loadSourceFiles()

func loadSourceFiles() map[string]string {
	files := map[string]string{}
	for folder, embedded := range map[string]embed.FS{"dcb": dcb.Source, "domain/courses": courses.Source, "dcb/dcbmemory": dcbmemory.Source, "lab/stage": stage.Source} {
		ui.EachFile(embedded, func(name string, content []byte) {
			if !strings.HasSuffix(name, "_test.go") {
				files[path.Join(folder, name)] = string(content)
			}
		})
	}
	for _, strategy := range lab.Strategies() {
		name, text := strategy.Source()
		files[path.Join("lab", name)] = text
	}
	return files
}

// SourceURL returns the address of a file, or of the line that declares a symbol in it: a
// function, type, constant or variable, or Type.Method. It looks for the line, so the address
// stays right when the file changes. It panics if there is no such file or symbol.
func SourceURL(file, symbol string) string {
	text, found := SourceFiles[file]
	if !found {
		panic("no source is shown of " + file) // a mistake in the program: it names the files
	}
	address := "/source/" + file
	if symbol == "" {
		return address
	}
	line := declaredAt(text, symbol)
	if line == 0 {
		panic(file + " declares no " + symbol)
	}
	return address + "#" + lineAnchor(line)
}

func lineAnchor(line int) string { return "L" + strconv.Itoa(line) }

// declaredAt returns the line that declares a symbol, or 0.
func declaredAt(text, symbol string) int {
	fileSet := token.NewFileSet()
	file, err := parser.ParseFile(fileSet, "", text, parser.SkipObjectResolution)
	if err != nil {
		return 0 // not a file of Go
	}
	line := 0
	declares := func(name string, at ast.Node) {
		if name == symbol {
			line = fileSet.Position(at.Pos()).Line
		}
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			declares(receiverOf(decl)+decl.Name.Name, decl)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					declares(spec.Name.Name, spec)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						declares(name.Name, name)
					}
				}
			}
		}
	}
	return line
}

// receiverOf returns the receiver of a method with a dot, "Query.", or "" for a function.
func receiverOf(decl *ast.FuncDecl) string {
	if decl.Recv == nil {
		return ""
	}
	receiver := decl.Recv.List[0].Type
	if pointer, ok := receiver.(*ast.StarExpr); ok {
		receiver = pointer.X
	}
	if generic, ok := receiver.(*ast.IndexExpr); ok {
		receiver = generic.X
	}
	name, _ := receiver.(*ast.Ident)
	return name.Name + "."
}

// WholeFile returns all lines of a file. Each has an anchor.
func WholeFile(file, text string) Source {
	text = strings.TrimSuffix(text, "\n")
	s := Source{File: file}
	if strings.HasSuffix(file, ".sql") {
		s.Lines = sqlLines(text)
	} else {
		s.Lines = TokenLines(text)
	}
	for i := range s.Lines {
		s.Lines[i].Number = i + 1
		s.Lines[i].Anchor = lineAnchor(i + 1)
	}
	return s
}

// A SourceFolder is a folder with links to the files that a page shows.
type SourceFolder struct {
	Path, About string
	Files       []ui.Link
}

// SourceFolders lists the folders that a page shows, the rules first.
func SourceFolders() []SourceFolder {
	folders := []SourceFolder{
		{Path: "domain/courses", About: "The rules: a command to a file, with its boundary and its cases."},
		{Path: "dcb", About: "The event store: what a query matches, and how an append stays conditional on it."},
		{Path: "lab", About: "The append, broken in five ways, and right in one."},
		{Path: "dcb/dcbmemory", About: "A log in memory, which keeps the promises of the store. Its append is the protocol on one screen."},
		{Path: "lab/stage", About: "Two decisions, step by step, on a log in memory."},
	}
	for i := range folders {
		for file := range SourceFiles {
			if path.Dir(file) == folders[i].Path {
				folders[i].Files = append(folders[i].Files, ui.Link{URL: SourceURL(file, ""), Words: path.Base(file)})
			}
		}
		slices.SortFunc(folders[i].Files, func(a, b ui.Link) int { return strings.Compare(a.Words, b.Words) })
	}
	return folders
}
