package story

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is linked is found by its name, so that it is right wherever it has moved to.
func TestSourceAddressesFollowWhatTheyAreAbout(t *testing.T) {
	const text = `package p

const bound, other = 1, 2

type thing[T any] struct{}

// do does it.
func (t *thing[T]) do() {}

func do() {}

var (
	a int
	b = 1
)
`
	for symbol, want := range map[string]int{
		"bound": 3, "other": 3, "thing": 5, "thing.do": 8, "do": 10, "a": 13, "b": 14, "nothing": 0, "t": 0, "": 0,
	} {
		assert.Equal(t, want, declaredAt(text, symbol), symbol)
	}
	assert.Zero(t, declaredAt("select 1", "select"), "it is no Go")
	assert.PanicsWithValue(t, "dcb/decide.go declares no Undecide", func() { SourceURL("dcb/decide.go", "Undecide") })
	assert.PanicsWithValue(t, "no source is shown of dcb/nope.go", func() { SourceURL("dcb/nope.go", "") })
	assert.Equal(t, "/source/dcb/append.sql", SourceURL("dcb/append.sql", ""))
}

// Every file is shown as it is: nothing is added to its lines, and none is lost.
func TestSourceFilesAreShownWhole(t *testing.T) {
	require.Greater(t, len(SourceFiles), 40)
	for file, text := range SourceFiles {
		onDisk, err := os.ReadFile("../../" + file)
		require.NoError(t, err)
		require.Equal(t, string(onDisk), text, file)
		var lines []string
		for i, line := range WholeFile(file, text).Lines {
			require.Equal(t, i+1, line.Number)
			var code strings.Builder
			for _, token := range line.Tokens {
				code.WriteString(token.Text)
			}
			lines = append(lines, code.String())
		}
		require.Equal(t, strings.TrimSuffix(text, "\n"), strings.Join(lines, "\n"), file)
	}
}

func TestSourceOfSQLIsColoured(t *testing.T) {
	lines := sqlLines("select 'from -- here' as x -- select\n\nfrom selected")
	var tokens []string
	for _, line := range lines {
		for _, token := range line.Tokens {
			tokens = append(tokens, token.Class+":"+token.Text)
		}
	}
	assert.Equal(t, []string{"k:select", "t: ", "t:'from -- here'", "t: ", "k:as", "t: x ", "c:-- select", "k:from", "t: selected"}, tokens)
	assert.Len(t, lines, 3)
}

func TestALongLineOfSourceBreaksBehindTheBracketOfACall(t *testing.T) {
	var pieces []string
	for _, token := range TokenLines("return withPromotions(seat(cmd.Student), []Fact{now()}, nil)")[0].Tokens {
		pieces = append(pieces, token.Text)
	}
	assert.Equal(t, []string{"return", " withPromotions(", "seat(", "cmd.Student), []Fact{", "now()},", " nil)"}, pieces)
}
