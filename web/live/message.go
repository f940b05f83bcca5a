package live

import (
	"bytes"
	"fmt"
	"strings"
)

// Invitation is the name of a message that asks those who look at its topics to fetch their page
// again.
const Invitation = "changed"

// A Message is one server-sent event, as it is sent over the wire. One stream may serve several
// pages, so a message says which topics it is about: its first line of data is the topic, and the
// rest is HTML. In an invitation, every line is a topic.
type Message []byte

// newMessage returns a message with a name, about a topic. The HTML may have any number of lines.
func newMessage(name, topic string, html []byte) Message {
	var m bytes.Buffer
	fmt.Fprintf(&m, "event: %s\ndata: %s\n", name, topic)
	// Browsers end a line at a carriage return, too.
	for line := range bytes.Lines(bytes.ReplaceAll(html, []byte("\r"), []byte("\n"))) {
		fmt.Fprintf(&m, "data: %s\n", bytes.TrimSuffix(line, []byte("\n")))
	}
	m.WriteString("\n")
	return m.Bytes()
}

// newInvitation returns an invitation about topics.
func newInvitation(topics []string) Message {
	return newMessage(Invitation, topics[0], []byte(strings.Join(topics[1:], "\n")))
}
