package gocrablet_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each word of docs/glossary.md is a row of a table, and its last cell says what stands for the
// word in the code, such as `dcb.Tag` or `dcb.Event.Position`.
func TestTheGlossaryNamesWhatIsInTheCode(t *testing.T) {
	t.Parallel()
	declared := declarations(t)
	words := map[string]bool{}
	for row := range strings.Lines(readText(t, "docs/glossary.md")) {
		for _, identifier := range firstOf(regexp.MustCompile("`([a-z]+\\.[A-Za-z.]+)`"), row) {
			assert.True(t, declared[identifier], "no package declares %s, of the row %s", identifier, row)
		}
		word, isRow := strings.CutPrefix(row, "| **")
		if !isRow {
			continue
		}
		cells := strings.Split(row, " | ")
		require.Len(t, cells, 3, "the row is %s", row)
		assert.Regexp(t, "`[a-z]+\\.[A-Z]", cells[2], "the row is %s", row)
		word, _, _ = strings.Cut(word, "**")
		assert.False(t, words[word], "%s is explained twice", word)
		words[word] = true
	}
	require.Greater(t, len(words), 40)
}

// declarations returns what all packages declare, by package.Name and by package.Type.Member. It
// goes by the names of packages, so a package may move to another folder.
func declarations(t *testing.T) map[string]bool {
	t.Helper()
	declared := map[string]bool{}
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "testdata" || path == deskFolder):
			return fs.SkipDir
		case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			for _, name := range namesIn(decl) {
				declared[file.Name.Name+"."+name] = true
			}
		}
		return nil
	}))
	return declared
}

// namesIn returns what a declaration declares, with the members of types as Type.Member.
func namesIn(decl ast.Decl) (names []string) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv == nil {
			return []string{decl.Name.Name}
		}
		return []string{receiver(decl) + "." + decl.Name.Name}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					names = append(names, name.Name)
				}
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
				names = append(names, fieldsOf(spec)...)
			}
		}
	}
	return names
}

// receiver returns the name of the type that a method belongs to.
func receiver(method *ast.FuncDecl) string {
	of := method.Recv.List[0].Type
	if pointer, ok := of.(*ast.StarExpr); ok {
		of = pointer.X
	}
	if generic, ok := of.(*ast.IndexExpr); ok {
		of = generic.X
	}
	if name, ok := of.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// fieldsOf returns the fields of a struct and the methods of an interface, as Type.Member.
func fieldsOf(spec *ast.TypeSpec) (names []string) {
	var members *ast.FieldList
	switch of := spec.Type.(type) {
	case *ast.StructType:
		members = of.Fields
	case *ast.InterfaceType:
		members = of.Methods
	default:
		return nil
	}
	for _, member := range members.List {
		for _, name := range member.Names {
			names = append(names, spec.Name.Name+"."+name.Name)
		}
	}
	return names
}
