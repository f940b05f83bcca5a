package ui

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PlainText replaces every character that would change how the rest of a page reads: control
// characters, changes of the direction of writing, invisible characters, code points that are
// not characters, and bytes that are not UTF-8. The rules keep these out of titles and names.
// But a page may show a text that is older than a rule, that another program stored, or that
// a rule has just refused.
//
// It works on whole pages, so that no template has to remember it. The templates themselves
// have no such characters.
func PlainText(page []byte) []byte {
	if utf8.Valid(page) && !bytes.ContainsFunc(page, IsTrick) {
		return page
	}
	return bytes.Map(func(c rune) rune {
		if IsTrick(c) {
			return utf8.RuneError
		}
		return c
	}, page)
}

// IsTrick reports whether a character changes how others are shown. The two joiners do not
// count: some languages need them between letters.
func IsTrick(c rune) bool {
	const joiners = "\u200c\u200d"
	if c <= unicode.MaxLatin1 && c != '\u00ad' { // nearly all of a page, so it has to be fast
		return unicode.IsControl(c) && c != '\n' && c != '\t'
	}
	return unicode.In(c, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point) && !strings.ContainsRune(joiners, c)
}
