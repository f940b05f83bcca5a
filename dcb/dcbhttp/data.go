package dcbhttp

import (
	"bytes"
	"encoding/json"
	"io"
)

// maxDepth is how deeply nested an object or array may be to be stored as it is. PostgreSQL
// parses JSON recursively. Its default stack of 2 MB is enough for the 10,000 levels that Go
// allows, and its smallest stack for a little more than 500.
const maxDepth = 500

// toStored returns the JSON that the log keeps for a client's data. For every text in UTF-8,
// fromStored(toStored(data)) == data.
func toStored(data string) []byte {
	if isObjectOrArray([]byte(data)) {
		return []byte(data)
	}
	var quoted bytes.Buffer
	_ = newEncoder(&quoted).Encode(data) // a string always encodes
	return bytes.TrimSuffix(quoted.Bytes(), []byte("\n"))
}

// fromStored returns the text that a client gets for JSON from the log. A string without a text
// stays as it is.
func fromStored(stored []byte) string {
	if firstByte(stored) != '"' {
		return string(stored)
	}
	var text string
	if _, broken := loneSurrogate(stored); broken || json.Unmarshal(stored, &text) != nil {
		return string(stored)
	}
	return text
}

func isObjectOrArray(data []byte) bool {
	first := firstByte(data)
	return (first == '{' || first == '[') && json.Valid(data) && depth(data) <= maxDepth
}

// firstByte returns the byte that tells what kind of JSON a text is, or 0.
func firstByte(text []byte) byte {
	text = bytes.TrimLeft(text, " \t\r\n")
	if len(text) == 0 {
		return 0
	}
	return text[0]
}

// depth returns how deeply objects and arrays are nested in a JSON text.
func depth(text []byte) (deepest int) {
	level, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++ // an escaped character does not end the string
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			level++
			deepest = max(deepest, level)
		case c == '}' || c == ']':
			level--
		}
	}
	return deepest
}

// newEncoder returns an encoder that leaves <, > and & as they are: it never writes HTML.
func newEncoder(w io.Writer) *json.Encoder {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder
}
