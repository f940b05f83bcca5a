package ui

import (
	"context"
	"io"
	"strings"
	"unicode"

	"github.com/a-h/templ"
)

// Breakable shows a name of the code, an id or an address, such as "StudentSubscribedToCourse".
// Where it is too long for its line, it goes on in the next one between two of its [Pieces].
// Whoever copies it gets the text as it is.
func Breakable(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		pieces := Pieces(text)
		for i, piece := range pieces {
			pieces[i] = templ.EscapeString(piece)
		}
		_, err := io.WriteString(w, strings.Join(pieces, "<wbr>"))
		return err
	})
}

// Pieces splits a text where it may break: before a capital in the middle of a name, behind a mark
// between two names, and in an id of 24 or more hexadecimal digits after each eight. No character
// is lost.
func Pieces(text string) (pieces []string) {
	var before rune
	start, digits := 0, 0 // where the piece starts, and how many hexadecimal digits it ends with
	for i, r := range text {
		id := digits > 0 && digits%8 == 0 && isOfAnID(text, i-digits)
		if i > start && (beginsName(before, r) || id) {
			pieces, start = append(pieces, text[start:i]), i
		}
		if digits++; !isHex(r) {
			digits = 0
		}
		before = r
	}
	return append(pieces, text[start:])
}

// beginsName reports whether a name begins with next, after before.
func beginsName(before, next rune) bool {
	switch {
	case unicode.IsUpper(next):
		return unicode.IsLower(before) || unicode.IsDigit(before) || isMark(before)
	case unicode.IsLetter(next), unicode.IsDigit(next):
		return isMark(before)
	}
	return false
}

func isMark(r rune) bool { return strings.ContainsRune("-_:/", r) }

func isHex(r rune) bool { return '0' <= r && r <= '9' || 'a' <= r && r <= 'f' }

// isOfAnID reports whether 24 or more hexadecimal digits stand at a place in a text.
func isOfAnID(text string, at int) bool {
	end := strings.IndexFunc(text[at:], func(r rune) bool { return !isHex(r) })
	return end >= 24 || end < 0 && len(text)-at >= 24
}
