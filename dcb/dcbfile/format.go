package dcbfile

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"go-crablet/dcb"
)

const (
	formatName    = "dcb events"
	formatVersion = 1
)

// mostLine bounds a line in bytes. A value in PostgreSQL has 1 GiB at most.
const mostLine = 1 << 30

// A header is the first line of a file.
type header struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Events  int64  `json:"events"`
}

// A footer is the last line of a file.
type footer struct {
	SHA256 string `json:"sha256"` // of all lines before it, with their line ends
}

// An event is a line between them: the columns of dcb_event, without those that can be
// computed.
type event struct {
	Position      int64     `json:"position"`
	ID            string    `json:"id"`
	Type          string    `json:"type"`
	Tags          dcb.Tags  `json:"tags"`
	Data          string    `json:"data"`
	CausationID   *string   `json:"causation_id,omitempty"`
	CorrelationID *string   `json:"correlation_id,omitempty"`
	Metadata      *string   `json:"metadata,omitempty"`
	RecordedAt    time.Time `json:"recorded_at"`
	AppendRest    *int16    `json:"append_rest,omitempty"`
}

// check returns what is wrong with an event, which should have the position.
func (e event) check(position int64) error {
	if e.Position != position {
		return fmt.Errorf("its position is %d, and the next one is %d", e.Position, position)
	}
	if err := (dcb.InputEvent{ID: e.ID, Type: e.Type, Tags: e.Tags, Data: []byte(e.Data)}).Check(); err != nil {
		return err
	}
	if _, err := e.size(); err != nil {
		return err
	}
	switch {
	case e.ID == "" || e.ID != strings.ToLower(e.ID):
		return fmt.Errorf("its ID is %q, and should be a UUID in lower case", e.ID)
	case e.AppendRest != nil && *e.AppendRest < 0:
		return fmt.Errorf("its append_rest is %d", *e.AppendRest)
	}
	for _, id := range []*string{e.CausationID, e.CorrelationID} {
		if id != nil && strings.ContainsRune(*id, 0) {
			return errors.New("its causation or correlation ID contains a NUL byte")
		}
	}
	return nil
}

// size returns the bytes of tags, data and metadata, as an append counts them.
func (e event) size() (bytes int, err error) {
	bytes = len(e.Data)
	for _, tag := range e.Tags {
		bytes += len(tag)
	}
	if e.Metadata == nil {
		return bytes, nil
	}
	var metadata map[string]*string
	if err := json.Unmarshal([]byte(*e.Metadata), &metadata); err != nil {
		return 0, errors.New("its metadata is not a JSON object of texts")
	}
	for key, value := range metadata {
		if value == nil {
			return 0, fmt.Errorf("its metadata %.40q is not a text", key)
		}
		bytes += len(key) + len(*value)
	}
	return bytes, nil
}

// A FileError says what is wrong with a file.
type FileError struct {
	Line    int64 // the first is 1
	Problem string
}

// Error implements error.
func (e *FileError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Problem) }

// errCutOff is an error of a file that has no last line.
var errCutOff = errors.New("its last line, with the digest, is missing, so it was cut off")

// An encoder makes lines.
type encoder struct {
	line bytes.Buffer
	json *json.Encoder
}

func newEncoder() *encoder {
	e := &encoder{}
	e.json = json.NewEncoder(&e.line)
	e.json.SetEscapeHTML(false)
	return e
}

// encode returns a line with its end, until the next call.
func (e *encoder) encode(line any) ([]byte, error) {
	e.line.Reset()
	err := e.json.Encode(line)
	return e.line.Bytes(), err
}

// decode reads a line. The line must be, byte for byte, what an export writes: so nothing in
// it is ignored or misread.
func decode(line []byte, into any, again *encoder) error {
	if !utf8.Valid(line) {
		return errors.New("it is not UTF-8")
	}
	read := json.NewDecoder(bytes.NewReader(line))
	read.DisallowUnknownFields()
	if err := read.Decode(into); err != nil {
		return fmt.Errorf("it can't be read: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if e, ok := into.(*event); ok {
		e.RecordedAt = e.RecordedAt.Truncate(time.Microsecond).UTC() // as PostgreSQL keeps it
	}
	if written, err := again.encode(into); err != nil || !bytes.Equal(written, line) {
		return errors.New("it is not written as by an export: see its members and their order, spaces, escapes, and how the line ends")
	}
	return nil
}

// digestOf returns a digest as it is written in a file.
func digestOf(lines hash.Hash) string { return hex.EncodeToString(lines.Sum(nil)) }

// atEnd returns the error of a file that ends too early.
func atEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return errCutOff
	}
	return err
}
