package log

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// mostData is how many bytes of an event's data a page shows. No fact of ours has a
// tenth of it; what others write has no such bound.
const mostData = 16_000

// pretty lays data out to be read, and tells how many bytes of it are left out. What
// is no JSON, which the store would not have taken, is shown as it is.
func pretty(data []byte) (text string, cut int) {
	var laid bytes.Buffer
	if err := json.Indent(&laid, data, "", "  "); err != nil {
		laid.Reset()
		laid.Write(data)
	}
	whole := laid.Bytes()
	end := min(len(whole), mostData)
	for end > 0 && end < len(whole) && !utf8.RuneStart(whole[end]) {
		end--
	}
	return string(whole[:end]), len(whole) - end
}
