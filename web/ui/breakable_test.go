package ui_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/web/ui"
)

func TestANameMayBreakBetweenItsPieces(t *testing.T) {
	t.Parallel()
	for _, want := range []string{
		"Student|Subscribed|To|Course",
		"course_|id:|history-|of-|computing",
		"http://|127.0.0.1:|8080/|workshop/|rooms/|edy3f8",
		"01a22fe0-|3a3d-|7cb3-|8f1e-|0d2f7c8af4ac",
		"request_|id:|77aefe68|d8e5b114|d70d7f49|daa59cee",
		"77aefe68|d8e5b114|d70d7f49|daa59c", // 30 digits
		"77aefe68d8e5b114d70d7f4",           // 23 digits
		"Test|Decision7fwbdiwnx7|Attempt1(",
		"ID", "HTTPServer", "Zo\u00eb", "", "-", "a--|b", "\u05e9_|\u05dc", "a B",
	} {
		require.Equal(t, want, strings.Join(ui.Pieces(strings.ReplaceAll(want, "|", "")), "|"))
	}
}

func TestWhatMayBreakIsEscaped(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	require.NoError(t, ui.Breakable(`<b>Student"Subscribed_x`).Render(t.Context(), &page))
	require.Equal(t, `&lt;b&gt;Student&#34;Subscribed_<wbr>x`, page.String())
}
