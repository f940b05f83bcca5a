package dcb_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The examples are the manual, and go test runs them. So every exported function and
// method has to be called in one that has output to check.
func TestEveryExportedVerbIsCalledInAnExample(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	var sources, tests []*ast.File
	fset := token.NewFileSet()
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") {
			continue
		}
		file, err := parser.ParseFile(fset, entry.Name(), nil, parser.ParseComments)
		require.NoError(t, err)
		if strings.HasSuffix(entry.Name(), "_test.go") {
			tests = append(tests, file)
		} else {
			sources = append(sources, file)
		}
	}

	called := map[string]bool{
		// Nobody calls these by name: they make an error what it is.
		"Error": true, "Is": true, "Unwrap": true,
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

	dcb, err := doc.NewFromFiles(fset, sources, "go-crablet/dcb")
	require.NoError(t, err)
	verbs := dcb.Funcs
	for _, exported := range dcb.Types {
		verbs = append(append(verbs, exported.Funcs...), exported.Methods...)
	}
	require.NotEmpty(t, verbs)
	for _, verb := range verbs {
		assert.True(t, called[verb.Name], "%s%s is in no example", verb.Recv, verb.Name)
	}
}
