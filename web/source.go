package web

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"strconv"
	"strings"

	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// A source is the Go source of a command's decide function, line by line, with
// what came of each case in one attempt.
type source struct {
	File  string
	Lines []sourceLine
	Fired bool // whether a line is marked; an older rule may be gone
}

// A sourceLine is a line as it stands in the file.
type sourceLine struct {
	Number int
	Tokens []sourceToken
	Fired  bool
	Why    string // what came of the case, or ""; not part of the source
}

// A sourceToken is a piece of a line. Its class is "k" for a keyword, "c" for a
// comment, else "t".
type sourceToken struct{ Class, Text string }

// domainSource is what the program was compiled from.
var domainSource = parseSource(courses.Source)

type parsedSource struct {
	fileSet   *token.FileSet
	decisions map[string]decideFunc // by the name of the command
	constants map[string]string     // values by name, as they are printed
}

type decideFunc struct {
	file string
	text string // of the whole file
	decl *ast.FuncDecl
}

func parseSource(files fs.FS) parsedSource {
	p := parsedSource{token.NewFileSet(), map[string]decideFunc{}, map[string]string{}}
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
			if decl.Recv != nil && decl.Name.Name == "decide" {
				command := decl.Recv.List[0].Type.(*ast.Ident).Name
				p.decisions[command] = decideFunc{name, string(text), decl}
			}
		case *ast.GenDecl:
			if decl.Tok == token.CONST {
				p.addConstants(decl)
			}
		}
	}
}

// addConstants takes literals in, converted or not: 10, Refusal("no").
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

// decision returns the decide function of a command, with what came of its cases
// in an attempt, and whether there is such a command.
func (p parsedSource) decision(command string, attempt receipt.Attempt) (source, bool) {
	decide, ok := p.decisions[command]
	if !ok {
		return source{}, false
	}
	first, last := p.lines(decide.decl)
	start, end := p.fileSet.Position(decide.decl.Pos()).Offset, p.fileSet.Position(decide.decl.End()).Offset
	s := source{File: decide.file, Lines: tokenLines(decide.text[start:end])}
	for i := range s.Lines {
		s.Lines[i].Number = first + i
	}

	fired, passed := p.fired(decide.decl, attempt.Refusal)
	if fired == nil {
		return s, true
	}
	s.Fired = true
	from, to := p.lines(fired)
	for i := from; i <= min(to, last); i++ {
		s.Lines[i-first].Fired = true
	}
	for _, clause := range passed {
		line, _ := p.lines(clause)
		s.Lines[line-first].Why = p.values(clause, attempt.Knew) + "no"
	}
	s.Lines[from-first].Why = "◀ fired"
	if clause, ok := fired.(*ast.CaseClause); ok {
		s.Lines[from-first].Why = p.values(clause, attempt.Knew) + "◀ fired"
	}
	return s, true
}

func (p parsedSource) lines(n ast.Node) (first, last int) {
	return p.fileSet.Position(n.Pos()).Line, p.fileSet.Position(n.End()).Line
}

// fired returns what decided, and the cases that did not apply before it: the case
// that returns the refusal, or the last statement when there is none. It is nil if
// no case returns the refusal.
func (p parsedSource) fired(decide *ast.FuncDecl, refusal string) (fired ast.Node, passed []*ast.CaseClause) {
	body := decide.Body.List
	for _, statement := range body {
		rules, ok := statement.(*ast.SwitchStmt)
		if !ok {
			continue
		}
		for _, statement := range rules.Body.List {
			clause := statement.(*ast.CaseClause)
			if refusal != "" && p.refusal(clause) == refusal {
				return clause, passed
			}
			passed = append(passed, clause)
		}
	}
	if refusal != "" {
		return nil, nil
	}
	return body[len(body)-1], passed
}

// refusal returns the text of the refusal that a case returns.
func (p parsedSource) refusal(clause *ast.CaseClause) string {
	for _, statement := range clause.Body {
		if result, ok := statement.(*ast.ReturnStmt); ok && len(result.Results) == 2 {
			if name, ok := result.Results[1].(*ast.Ident); ok {
				return p.constants[name.Name]
			}
		}
	}
	return ""
}

// values returns the comparison of a case with values for names, "29 >= 30: ", or
// "" if one of them is not known.
func (p parsedSource) values(clause *ast.CaseClause, knew []receipt.Known) string {
	if len(clause.List) != 1 {
		return ""
	}
	comparison, ok := clause.List[0].(*ast.BinaryExpr)
	if !ok {
		return ""
	}
	left, right := p.value(comparison.X, knew), p.value(comparison.Y, knew)
	if left == "" || right == "" {
		return ""
	}
	return left + " " + comparison.Op.String() + " " + right + ": "
}

func (p parsedSource) value(x ast.Expr, knew []receipt.Known) string {
	switch x := x.(type) {
	case *ast.Ident:
		return p.constants[x.Name]
	case *ast.SelectorExpr:
		return known(knew, x.Sel.Name).Value
	default:
		return ""
	}
}

// tokenLines splits Go source into lines of tokens, white space included.
func tokenLines(text string) []sourceLine {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(file, []byte(text), nil, scanner.ScanComments)

	lines := make([]sourceLine, 1)
	add := func(class, text string) {
		for i, part := range strings.Split(text, "\n") {
			if i > 0 {
				lines = append(lines, sourceLine{})
			}
			last := &lines[len(lines)-1]
			for piece := range strings.SplitAfterSeq(part, "{") { // where a long line may break
				if piece != "" {
					last.Tokens = append(last.Tokens, sourceToken{class, piece})
				}
			}
		}
	}
	done := 0
	for pos, tok, literal := s.Scan(); tok != token.EOF; pos, tok, literal = s.Scan() {
		class := ""
		switch {
		case tok.IsKeyword():
			class = "k"
		case tok == token.COMMENT:
			class = "c"
		default:
			continue
		}
		at := file.Offset(pos)
		add("t", text[done:at])
		add(class, literal)
		done = at + len(literal)
	}
	add("t", text[done:])
	return lines
}
