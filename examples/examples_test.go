package examples_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// packages are the examples.
func packages(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*/doc.go")
	require.NoError(t, err)
	var dirs []string
	for _, file := range files {
		dirs = append(dirs, filepath.Dir(file))
	}
	require.Len(t, dirs, 6)
	return dirs
}

func TestTheListNamesEveryExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for _, dir := range packages(t) {
		assert.Contains(t, string(text), "//   - "+dir+": ")
	}
}

func TestAnExampleHasAtMostSixtyLinesOfRules(t *testing.T) {
	t.Parallel()
	for _, dir := range packages(t) {
		lines := linesOfRules(t, filepath.Join(dir, dir+".go"))
		assert.LessOrEqual(t, lines, 60, dir)
		assert.Greater(t, lines, 20, "%s: not all rules are counted", dir)
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			name := filepath.Base(file)
			assert.True(t, name == "doc.go" || name == dir+".go" || strings.HasSuffix(name, "_test.go"), "%s: the rules are in one file", file)
		}
	}
}

// linesOfRules counts the lines of a file's types and functions, which are facts, projections
// and commands. It does not count comments, empty lines, imports, constants and errors.
func linesOfRules(t *testing.T, path string) int {
	t.Helper()
	source, err := os.ReadFile(path)
	require.NoError(t, err)
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, source, 0)
	require.NoError(t, err)

	code := map[int]bool{} // the lines with a token on them
	var s scanner.Scanner
	scanned := token.NewFileSet()
	s.Init(scanned.AddFile(path, -1, len(source)), source, nil, 0) // without comments
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			break
		}
		if tok != token.SEMICOLON || text == ";" { // otherwise it is the end of a line
			code[scanned.Position(pos).Line] = true
		}
	}
	lines := 0
	for _, decl := range file.Decls {
		if other, ok := decl.(*ast.GenDecl); ok && other.Tok != token.TYPE {
			continue
		}
		for line := fset.Position(decl.Pos()).Line; line <= fset.Position(decl.End()).Line; line++ {
			if code[line] {
				lines++
			}
		}
	}
	return lines
}

func TestAnExampleRunsAndRaces(t *testing.T) {
	t.Parallel()
	for _, dir := range packages(t) {
		fset := token.NewFileSet()
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		require.NoError(t, err)
		var parsed []*ast.File
		var all strings.Builder
		for _, path := range files {
			file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
			require.NoError(t, err)
			parsed = append(parsed, file)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			all.Write(text)
		}
		runnable := doc.Examples(parsed...)
		require.Len(t, runnable, 1, dir)
		assert.NotEmpty(t, runnable[0].Output, dir)
		for _, call := range []string{"ConflictsWith(", "IgnoresMeanwhile(", ".Run(t)", ".RunWithoutCondition(t)"} {
			assert.True(t, strings.Contains(all.String(), call), "%s has no %s", dir, call)
		}
	}
}
