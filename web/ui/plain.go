package ui

import (
	"bytes"
	"regexp"
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
// have no such characters. Pages isolate names that are written from right to left: a pair of
// these marks stays, with the plain text between them.
func PlainText(page []byte) []byte {
	if utf8.Valid(page) && !bytes.ContainsFunc(page, IsTrick) {
		return page
	}
	var plain bytes.Buffer
	end := 0
	for _, pair := range isolation.FindAllSubmatchIndex(page, -1) {
		plain.Write(withoutTricks(page[end:pair[0]]))
		plain.WriteString(beginsIsolation)
		plain.Write(withoutTricks(page[pair[2]:pair[3]]))
		plain.WriteString(endsIsolation)
		end = pair[1]
	}
	plain.Write(withoutTricks(page[end:]))
	return plain.Bytes()
}

const beginsIsolation, endsIsolation = "\u2068", "\u2069"

// isolation is a pair of marks in one text, with nothing in between that is marked itself.
var isolation = regexp.MustCompile(beginsIsolation + `([^<>\x{2066}-\x{2069}]+)` + endsIsolation)

func withoutTricks(text []byte) []byte {
	return bytes.Map(func(c rune) rune {
		if IsTrick(c) {
			return utf8.RuneError
		}
		return c
	}, text)
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
