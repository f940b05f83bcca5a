package log

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// mostData is how many bytes of an event's data a page shows. Facts of this application have
// less than a tenth of that, but other programs may write larger ones.
const mostData = 16_000

// pretty indents data for reading, and cuts it after mostData bytes; cut is how many bytes are
// left out. Data that is not JSON is shown as it is.
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
