package story

import (
	"go/scanner"
	"go/token"
	"regexp"
	"strings"
)

// breakable finds the pieces of a line between which it may break: behind the bracket of a call or of
// a literal, unless it closes at once.
var breakable = regexp.MustCompile(`.*?(?:\w\(|\{)[)},]*|.+`)

// TokenLines splits Go source into lines of tokens. No character is lost.
func TokenLines(text string) []SourceLine {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(file, []byte(text), nil, scanner.ScanComments)

	lines := make([]SourceLine, 1)
	add := func(class, text string) {
		for i, part := range strings.Split(text, "\n") {
			if i > 0 {
				lines = append(lines, SourceLine{})
			}
			last := &lines[len(lines)-1]
			for _, piece := range breakable.FindAllString(part, -1) {
				last.Tokens = append(last.Tokens, sourceToken{class, piece})
			}
		}
	}
	done := 0
	for pos, tok, literal := s.Scan(); tok != token.EOF; pos, tok, literal = s.Scan() {
		class := ""
		switch {
		case tok.IsKeyword():
			class = "k"
		case tok == token.COMMENT:
			class = "c"
		default:
			continue
		}
		at := file.Offset(pos)
		add("t", text[done:at])
		add(class, literal)
		done = at + len(literal)
	}
	add("t", text[done:])
	return lines
}
