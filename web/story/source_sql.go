package story

import (
	"regexp"
	"strings"
)

// sqlWord finds comments, strings and keywords. A string is found so that no keyword is found
// inside it.
var sqlWord = regexp.MustCompile(`--.*|'[^']*'|\b(?:and|array|as|asc|by|case|coalesce|cross|desc|distinct|else|end|exists|for|from|group|in|insert|into|is|join|lateral|left|limit|not|null|on|or|order|returning|select|then|union|unnest|using|values|when|where|with)\b`)

// sqlLines splits SQL into lines of tokens. No character is lost.
func sqlLines(text string) []SourceLine {
	var lines []SourceLine
	for code := range strings.SplitSeq(text, "\n") {
		var line SourceLine
		add := func(class, text string) {
			if text != "" {
				line.Tokens = append(line.Tokens, sourceToken{class, text})
			}
		}
		done := 0
		for _, at := range sqlWord.FindAllStringIndex(code, -1) {
			word, class := code[at[0]:at[1]], "k"
			switch {
			case strings.HasPrefix(word, "--"):
				class = "c"
			case strings.HasPrefix(word, "'"):
				class = "t"
			}
			add("t", code[done:at[0]])
			add(class, word)
			done = at[1]
		}
		add("t", code[done:])
		lines = append(lines, line)
	}
	return lines
}
