package readmodel

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"go-crablet/domain/courses"
)

// shown returns a text as the tables can keep it: as long as the rules allow, and
// without the one character that PostgreSQL has no place for.
func shown(text string) string {
	text = strings.ReplaceAll(text, "\x00", "\ufffd")
	if utf8.RuneCountInString(text) > courses.MaxText {
		text = string([]rune(text)[:courses.MaxText])
	}
	return text
}

// folded returns a text as search compares it: without case and accents, one space
// between words, and never what PostgreSQL would not take. Some characters have a capital
// only in what they are made of, as № has.
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
