package readmodel

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"go-crablet/domain/courses"
)

// shown returns a text that the tables can keep: as long as the rules allow, and without
// NUL, which PostgreSQL does not accept in a text.
func shown(text string) string {
	text = strings.ReplaceAll(text, "\x00", "\ufffd")
	if utf8.RuneCountInString(text) > courses.MaxText {
		text = string([]rune(text)[:courses.MaxText])
	}
	return text
}

// folded returns a text as search compares it: without case and accents, with one space
// between words, and valid in PostgreSQL. It decomposes before it folds case, because some
// characters have a capital only after that, as № has.
func folded(text string) string {
	decomposed := norm.NFKD.String(cases.Fold().String(norm.NFKD.String(strings.ToValidUTF8(text, "\ufffd"))))
	bare := strings.Map(func(c rune) rune {
		switch {
		case unicode.Is(unicode.Mn, c):
			return -1
		case unicode.IsControl(c):
			return ' '
		}
		return c
	}, decomposed)
	return strings.Join(strings.Fields(bare), " ")
}
