package story

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strconv"
	"strings"

	"go-crablet/domain/courses"
)

// A Source is the Go source of a function, line by line. If the function decided, its lines
// also say how each case ended in one attempt.
type Source struct {
	File  string
	Lines []SourceLine
	Fired bool // a line is marked; the rule that decided may have been removed since
}

// A SourceLine is a line as it stands in the file.
type SourceLine struct {
	Number int
	Anchor string // the id of the line on a page, or ""
	Tokens []sourceToken
	Fired  bool   // the line belongs to the case that decided
	Why    string // how the case ended, or ""; not part of the source
}

// A sourceToken is a piece of a line. Its class is "k" for a keyword, "c" for a
// comment, else "t".
type sourceToken struct{ Class, Text string }

// DomainSource is the source of package courses, as it was compiled into the program.
var DomainSource = parseSource(courses.Source)

type parsedSource struct {
	fileSet    *token.FileSet
	Decisions  map[string]parsedFunc // the decide functions, by the name of the command
	boundaries map[string]parsedFunc // the boundary functions, likewise
	functions  map[string]parsedFunc // the functions that are not methods, by name
	constants  map[string]string     // the values of constants, as they are printed
}

type parsedFunc struct {
	file string
	text string // of the whole file
	decl *ast.FuncDecl
}

func parseSource(files fs.FS) parsedSource {
	p := parsedSource{token.NewFileSet(), map[string]parsedFunc{}, map[string]parsedFunc{}, map[string]parsedFunc{}, map[string]string{}}
	names, _ := fs.Glob(files, "*.go") // the pattern is well formed
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			p.add(files, name)
		}
	}
	return p
}

func (p parsedSource) add(files fs.FS, name string) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		panic(err) // the file is part of the program
	}
	file, err := parser.ParseFile(p.fileSet, name, text, parser.SkipObjectResolution)
	if err != nil {
		panic(err) // and was compiled
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			switch parsed := (parsedFunc{name, string(text), decl}); {
			case decl.Recv == nil:
				p.functions[decl.Name.Name] = parsed
			case decl.Name.Name == "decide":
				p.Decisions[decl.Recv.List[0].Type.(*ast.Ident).Name] = parsed
			case decl.Name.Name == "boundary":
				p.boundaries[decl.Recv.List[0].Type.(*ast.Ident).Name] = parsed
			}
		case *ast.GenDecl:
			if decl.Tok == token.CONST {
				p.addConstants(decl)
			}
		}
	}
}

// addConstants keeps the constants that are a literal, converted or not: 10, Refusal("no").
func (p parsedSource) addConstants(decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		spec := spec.(*ast.ValueSpec)
		for i, value := range spec.Values {
			if call, ok := value.(*ast.CallExpr); ok && len(call.Args) == 1 {
				value = call.Args[0]
			}
			if literal, ok := value.(*ast.BasicLit); ok {
				p.constants[spec.Names[i].Name] = printed(literal)
			}
		}
	}
}

func printed(literal *ast.BasicLit) string {
	if literal.Kind == token.STRING {
		text, _ := strconv.Unquote(literal.Value) // it was parsed
		return text
	}
	return strings.ReplaceAll(literal.Value, "_", "")
}

// refusalNamed returns the name of the refusal with a text, and whether there is one.
func (p parsedSource) refusalNamed(text string) (name string, found bool) {
	for name, value := range p.constants {
		if value == text && strings.HasPrefix(name, "Err") {
			return name, true
		}
	}
	return "", false
}

// Boundary returns the boundary function of a command. It is empty if there is no such
// command.
func (p parsedSource) Boundary(command string) Source {
	looksAt, ok := p.boundaries[command]
	if !ok {
		return Source{}
	}
	return p.source(looksAt)
}

// source returns a function without marks.
func (p parsedSource) source(f parsedFunc) Source {
	first, _ := p.lines(f.decl)
	start, end := p.fileSet.Position(f.decl.Pos()).Offset, p.fileSet.Position(f.decl.End()).Offset
	s := Source{File: f.file, Lines: TokenLines(f.text[start:end])}
	for i := range s.Lines {
		s.Lines[i].Number = first + i
	}
	return s
}

func (p parsedSource) lines(n ast.Node) (first, last int) {
	return p.fileSet.Position(n.Pos()).Line, p.fileSet.Position(n.End()).Line
}
