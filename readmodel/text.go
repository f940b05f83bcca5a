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

// Folded returns a text as search compares it: without case, accents and what shows nothing, with
// one space between words, with plain letters and apostrophes, and valid in PostgreSQL. It decomposes
// before it folds case, because some characters have a capital only after that, as № has.
func Folded(text string) string {
	decomposed := norm.NFKD.String(cases.Fold().String(norm.NFKD.String(strings.ToValidUTF8(text, "\ufffd"))))
	bare := strings.Map(func(c rune) rune {
		switch {
		case unicode.In(c, unicode.Mn, unicode.Cf): // accents, and joiners: the only ones of Cf that a name may have
			return -1
		case unicode.IsControl(c), strings.ContainsRune(fillers, c):
			return ' '
		}
		return c
	}, decomposed)
	return strings.Join(strings.Fields(plainLetters.Replace(bare)), " ")
}

// fillers are letters and signs that show a blank. Others decompose to one of these.
// migrations/0031_readmodel_unseen.sql has the same for older rows.
const fillers = "\u115f\u1160\u2800"

// plainLetters has the small letters that Unicode does not decompose, with the letters that
// people type for them, as the table Latin-ASCII of the Unicode CLDR has them. Apostrophes
// are written in several ways. A case fold has written ß as ss already.
// migrations/0018_readmodel_named.sql has the same table for older rows.
var plainLetters = strings.NewReplacer(
	"ø", "o", "ł", "l", "đ", "d", "ð", "d", "ħ", "h", "ŧ", "t", "ı", "i", "ŋ", "n", "ə", "e",
	"ɓ", "b", "ɗ", "d", "ƙ", "k", "ƴ", "y",
	"æ", "ae", "œ", "oe", "þ", "th",
	"’", "'", "‘", "'", "ʼ", "'",
)
