package story

import (
	"go/scanner"
	"go/token"
	"regexp"
	"strings"

	"go-crablet/web/ui"
)

// breakable finds the pieces of a line between which it may break: behind the bracket of a call or of
// a literal, unless it closes at once. A piece with a long name may break inside the name, too.
var (
	breakable = regexp.MustCompile(`.*?(?:\w\(|\{)[)},]*|.+`)
	longName  = regexp.MustCompile(`\w{25}`)
)

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
			for _, piece := range piecesOf(part) {
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

// piecesOf splits a part of a line where it may break.
func piecesOf(part string) (pieces []string) {
	for _, piece := range breakable.FindAllString(part, -1) {
		if longName.MatchString(piece) {
			pieces = append(pieces, ui.Pieces(piece)...)
		} else {
			pieces = append(pieces, piece)
		}
	}
	return pieces
}
