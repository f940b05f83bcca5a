package story

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/ui"
)

// A new fact without a row, or with a row that is not complete, fails here by its name.
func TestEveryFactHasWords(t *testing.T) {
	var sprite strings.Builder
	require.NoError(t, ui.Sprite().Render(t.Context(), &sprite))
	types := factTypesInSource(t)
	require.Greater(t, len(types), 10)
	for _, eventType := range types {
		t.Run(eventType, func(t *testing.T) {
			fact, err := courses.Decode(eventType, []byte(`{}`))
			require.NoError(t, err)
			require.NotNil(t, fact, "the domain decodes the fact %s", eventType)
			row, known := rowsByType[eventType]
			require.True(t, known, "the fact %s has no row in facts.go", eventType)
			words := row.words(filledIn(row.zero), Voice{})
			for name, text := range map[string]string{
				"Icon": words.Icon, "Kind": words.Kind, "Label": words.Label, "Sentence": words.Sentence,
				"Noun": words.Noun, "Plan": words.Plan, "Done": words.Done, "Notice": words.Notice,
			} {
				assert.NotEmpty(t, text, "the row of the fact %s in facts.go has no %s", eventType, name)
			}
			assert.Contains(t, sprite.String(), `id="`+words.Icon+`"`, "the sprite has the icon of %s", eventType)
		})
	}
}

func TestTheLogOffersEveryTypeOnce(t *testing.T) {
	assert.ElementsMatch(t, factTypesInSource(t), FactTypes())
}

// factTypesInSource returns the names that the facts of the domain are stored under.
func factTypesInSource(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(courses.Source, "*.go")
	require.NoError(t, err)
	var types []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(courses.Source, name)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			if method, ok := decl.(*ast.FuncDecl); ok && method.Name.Name == "EventType" {
				literal := method.Body.List[0].(*ast.ReturnStmt).Results[0].(*ast.BasicLit)
				eventType, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				types = append(types, eventType)
			}
		}
	}
	return types
}

// filledIn returns a fact with something in each of its fields.
func filledIn(fact dcb.Fact) dcb.Fact {
	filled := reflect.New(reflect.TypeOf(fact)).Elem()
	for _, field := range filled.Fields() {
		switch field.Kind() {
		case reflect.String:
			field.SetString("something")
		case reflect.Int:
			field.SetInt(2)
		}
	}
	return filled.Interface().(dcb.Fact)
}
