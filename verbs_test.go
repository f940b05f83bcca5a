package gocrablet_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The examples are the manual, and go test runs them. So every exported function and
// method has to be called in one that has output to check.
func TestEveryExportedVerbIsCalledInAnExample(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{
		"dcb", "dcb/dcbfile", "dcb/dcbhttp", "dcb/dcbotel", "dcb/dcbschema", "dcb/dcbtest", "dcb/dcbtest/literal", "dcb/sealed",
		"domain/courses", "readmodel", "receipt",
	} {
		verbs, called := verbsIn(t, dir)
		require.NotEmpty(t, verbs)
		for _, verb := range verbs {
			assert.True(t, called[verb.Name], "%s: %s%s is in no example", dir, verb.Recv, verb.Name)
		}
	}
}

// verbsIn returns what a folder exports that can be called, and the names that its examples call.
func verbsIn(t *testing.T, dir string) (verbs []*doc.Func, called map[string]bool) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	var sources, tests []*ast.File
	fset := token.NewFileSet()
	for _, path := range paths {
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		require.NoError(t, err)
		if strings.HasSuffix(path, "_test.go") {
			tests = append(tests, file)
		} else {
			sources = append(sources, file)
		}
	}

	called = map[string]bool{
		// Nobody calls these by name: they make a value what it is.
		"Error": true, "Is": true, "Unwrap": true, "MarshalJSON": true, "UnmarshalJSON": true, "EventType": true, "Tags": true,
		// These take a test, which no example has.
		"TestLog": true, "TestStore": true,
	}
	for _, example := range doc.Examples(tests...) {
		if example.Output == "" {
			continue
		}
		ast.Inspect(example.Code, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				fun := call.Fun
				if typed, ok := fun.(*ast.IndexExpr); ok {
					fun = typed.X
				}
				if verb, ok := fun.(*ast.SelectorExpr); ok {
					called[verb.Sel.Name] = true
				}
			}
			return true
		})
	}

	pkg, err := doc.NewFromFiles(fset, sources, module+"/"+dir)
	require.NoError(t, err)
	verbs = pkg.Funcs
	for _, exported := range pkg.Types {
		verbs = append(append(verbs, exported.Funcs...), exported.Methods...)
	}
	return verbs, called
}
