package gocrablet_test

import (
	"flag"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var updateAPI = flag.Bool("update", false, "renew docs/api from the packages")

// What others build on is written down, so that a review sees each change of it. After a
// change that is meant: go test . -run TestTheAPI -args -update
func TestTheAPIIsTheOneThatIsWrittenDown(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"dcb", "dcb/dcbmemory", "dcb/dcbfile", "dcb/dcbhttp", "dcb/dcbotel", "dcb/dcbschema", "dcb/dcbtest", "dcb/dcbtest/literal", "dcb/sealed"} {
		now := apiOf(t, dir)
		path := filepath.Join("docs", "api", filepath.Base(dir)+".txt")
		if *updateAPI {
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, []byte(now), 0o644))
		}
		before, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, string(before), now, "%s has changed: if that is meant, run this test with -args -update, and say in CHANGELOG.md what a caller has to do", dir)
	}
}

// apiOf returns what a package exports, without comments.
func apiOf(t *testing.T, dir string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	fset := token.NewFileSet()
	var files []*ast.File
	for _, path := range paths {
		if !strings.HasSuffix(path, "_test.go") {
			file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution) // without comments
			require.NoError(t, err)
			files = append(files, file)
		}
	}
	pkg, err := doc.NewFromFiles(fset, files, "go-crablet/"+dir)
	require.NoError(t, err)

	var text strings.Builder
	write := func(decl ast.Node) {
		require.NoError(t, (&printer.Config{Mode: printer.UseSpaces, Tabwidth: 4}).Fprint(&text, fset, decl))
		text.WriteString("\n\n")
	}
	values := func(all []*doc.Value) {
		for _, value := range all {
			write(value.Decl)
		}
	}
	functions := func(all []*doc.Func) {
		for _, function := range all {
			write(function.Decl)
		}
	}
	values(pkg.Consts)
	values(pkg.Vars)
	functions(pkg.Funcs)
	for _, exported := range pkg.Types {
		write(exported.Decl)
		values(exported.Consts)
		values(exported.Vars)
		functions(exported.Funcs)
		functions(exported.Methods)
	}
	return strings.TrimSpace(text.String()) + "\n"
}
