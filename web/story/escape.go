package story

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// InGo escapes a text for a string literal of Go, without the quotes around it.
func InGo(text string) string {
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}

// InJSON escapes a text for a string in JSON, without the quotes around it.
func InJSON(text string) string {
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text can be encoded, and a buffer takes it
	return strings.TrimSuffix(strings.TrimPrefix(quoted.String(), `"`), "\"\n")
}
