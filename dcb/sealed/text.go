package sealed

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"regexp"

	"go-crablet/dcb"
)

// A Text is a text of a subject, sealed by [Keys.Seal], or a plain text. A sealed text looks
// like {sealed:AQAOc3R1ZGVudF9pZDpzMfGf…}. It names its subject and nothing else. It looks
// the same in JSON, HTML and Go source, because none of its characters is escaped there.
type Text string

var (
	pattern = regexp.MustCompile(`\{sealed:[A-Za-z0-9_-]+\}`)
	whole   = regexp.MustCompile(`^` + pattern.String() + `$`)
)

const (
	prefix, suffix = "{sealed:", "}"

	version   = 1
	nonceSize = 12
	tagSize   = 16
)

// IsSealed reports whether the text has the form of a sealed text. It may still be impossible
// to open.
func (t Text) IsSealed() bool {
	_, ok := t.parts()
	return ok
}

// Subject returns the subject of a sealed text, or "" for a plain text.
func (t Text) Subject() dcb.Tag {
	p, _ := t.parts()
	return p.subject
}

// parts are the parts of a sealed text.
type parts struct {
	subject    dcb.Tag
	nonce      []byte
	ciphertext []byte
}

func (t Text) parts() (p parts, ok bool) {
	if !whole.MatchString(string(t)) {
		return p, false
	}
	// 1 byte of version, 2 of the subject's length, the subject, the nonce, the ciphertext
	data, err := base64.RawURLEncoding.DecodeString(string(t[len(prefix) : len(t)-len(suffix)]))
	if err != nil || len(data) < 3 || data[0] != version {
		return p, false
	}
	n := int(binary.BigEndian.Uint16(data[1:3]))
	rest := data[3:]
	if n == 0 || len(rest) < n+nonceSize+tagSize {
		return p, false
	}
	return parts{dcb.Tag(rest[:n]), rest[n : n+nonceSize], rest[n+nonceSize:]}, true
}

func (p parts) text() Text {
	data := binary.BigEndian.AppendUint16([]byte{version}, uint16(len(p.subject)))
	data = append(data, p.subject...)
	data = append(data, p.nonce...)
	data = append(data, p.ciphertext...)
	return Text(prefix + base64.RawURLEncoding.EncodeToString(data) + suffix)
}

// subjectsIn returns the subjects of all sealed texts in a text, each once.
func subjectsIn(text []byte) []dcb.Tag {
	if !bytes.Contains(text, []byte(prefix)) {
		return nil
	}
	var subjects []dcb.Tag
	known := map[dcb.Tag]bool{}
	for _, found := range pattern.FindAll(text, -1) {
		if subject := Text(found).Subject(); subject != "" && !known[subject] {
			known[subject] = true
			subjects = append(subjects, subject)
		}
	}
	return subjects
}
