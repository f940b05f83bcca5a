package ui

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PlainText puts a replacement character in the place of all that would change how
// the rest of a page reads: controls, turns of the direction of writing, what is
// invisible, what is no character, and what is not UTF-8. The rules keep these out of titles and names, but
// what is shown may be older than a rule, come from another program, or be the
// very input that a rule refused.
//
// It goes over whole pages, so that no template has to remember it. Their own text
// has none of these.
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

// IsTrick reports whether a character controls how others are shown. The two that
// join and part letters are part of how some languages are written.
func IsTrick(c rune) bool {
	const joiners = "\u200c\u200d"
	if c <= unicode.MaxLatin1 && c != '\u00ad' { // nearly all of a page, so without a table
		return unicode.IsControl(c) && c != '\n' && c != '\t'
	}
	return unicode.In(c, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point) && !strings.ContainsRune(joiners, c)
}
