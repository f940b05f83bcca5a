package ui_test

import (
	"bytes"
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"go-crablet/web/ui"
)

func TestPlainTextKeepsNamesApart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\u2068\u05e9\u05dc\u2069 left":         "\u2068\u05e9\u05dc\u2069 left",
		"\u2068\u05e9\u202e\u2069\u202e":        "\u2068\u05e9\ufffd\u2069\ufffd",
		"\u2068\u05e9":                          "\ufffd\u05e9",
		"\u2069\u05e9\u2068":                    "\ufffd\u05e9\ufffd",
		"\u2068<b>\u05e9</b>\u2069":             "\ufffd<b>\u05e9</b>\ufffd",
		"\u2068\u2068\u05e9\u2069\u2069\u2067x": "\ufffd\u2068\u05e9\u2069\ufffd\ufffdx",
	} {
		require.Equal(t, want, string(ui.PlainText([]byte(text))), "%q", text)
	}
}

// PlainText replaces the harmful characters of any page, and keeps all others.
func FuzzPlainText(f *testing.F) {
	for _, seed := range []string{"", "Zo\u00eb\n", "\u202eabc", "a\u00adb", "\x00\x1b", "\xff\xc3", "\u05e9\u200d\u0645", "\ufffd", "\U000e0041", "\u2068\u05e9\u202e\u2069", "\u2068<b>\u2069\u2069"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		shown := ui.PlainText(bytes.Clone(page))
		require.True(t, utf8.Valid(shown))
		require.Equal(t, utf8.RuneCount(page), utf8.RuneCount(shown), "character by character")
		require.Equal(t, shown, ui.PlainText(bytes.Clone(shown)), "nothing is left to do")
		for i, c := range []rune(string(shown)) {
			if was := []rune(string(page))[i]; was != c {
				require.Equal(t, utf8.RuneError, c, fmt.Sprintf("%q became %q", was, c))
			}
		}
	})
}
