package live

import (
	"bytes"
	"fmt"
)

// Invitation is the name of the message that asks a viewer to fetch its page again.
const Invitation = "changed"

// A Message is one server-sent event, as it goes over the wire.
type Message []byte

// NewMessage returns the message with a name and some data, which may have any number
// of lines.
func NewMessage(name string, data []byte) Message {
	var m bytes.Buffer
	fmt.Fprintf(&m, "event: %s\n", name)
	// To the recipient a carriage return ends a line, too.
	for line := range bytes.Lines(bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))) {
		fmt.Fprintf(&m, "data: %s\n", bytes.TrimSuffix(line, []byte("\n")))
	}
	if len(data) == 0 {
		m.WriteString("data:\n") // without data there would be no event
	}
	m.WriteString("\n")
	return m.Bytes()
}
