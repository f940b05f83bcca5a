package web

import (
	"crypto/rand"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// readableID makes an id of a title or a name: "Type Theory" becomes type-theory,
// or type-theory-2 when that is taken, and "Zoë" becomes zoe. What has no letters
// that an address can show gets the given word and a random end.
func readableID(from, otherwise string, taken func(id string) bool) string {
	var words []string
	var word strings.Builder
	for _, c := range norm.NFD.String(strings.ToLower(from)) + " " {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			word.WriteRune(c)
		case unicode.Is(unicode.Mn, c) || c == '\'' || c == '’': // an accent, an apostrophe: no new word
		case word.Len() > 0:
			words = append(words, word.String())
			word.Reset()
		}
	}
	id := strings.Trim(firstBytes(strings.Join(words, "-"), 50), "-")
	if id == "" {
		id = otherwise + "-" + strings.ToLower(rand.Text()[:6])
	}
	candidate := id
	for n := 2; taken(candidate); n++ {
		candidate = id + "-" + strconv.Itoa(n)
	}
	return candidate
}

// firstBytes returns the first n bytes of a text in ASCII.
func firstBytes(text string, n int) string { return text[:min(len(text), n)] }
