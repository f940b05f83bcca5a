package live

import (
	"bytes"
	"fmt"
)

// Invitation is the name of a message that asks a viewer to fetch its page again.
const Invitation = "changed"

// A Message is one server-sent event, as it is sent over the wire.
type Message []byte

// NewMessage returns a message with a name and data. The data may have any number of lines.
func NewMessage(name string, data []byte) Message {
	var m bytes.Buffer
	fmt.Fprintf(&m, "event: %s\n", name)
	// Browsers end a line at a carriage return, too.
	for line := range bytes.Lines(bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))) {
		fmt.Fprintf(&m, "data: %s\n", bytes.TrimSuffix(line, []byte("\n")))
	}
	if len(data) == 0 {
		m.WriteString("data:\n") // browsers ignore a message without data
	}
	m.WriteString("\n")
	return m.Bytes()
}
