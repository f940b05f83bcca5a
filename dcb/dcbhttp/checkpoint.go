package dcbhttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"time"

	"go-crablet/dcb"
)

// A wireCheckpoint is a [dcb.Checkpoint] as clients read it and send it back.
type wireCheckpoint struct {
	Position   int64     `json:"position"`
	ID         string    `json:"id"`
	RecordedAt time.Time `json:"recordedAt"`
}

func checkpointOf(e dcb.Event) *wireCheckpoint {
	return &wireCheckpoint{e.Position, e.ID, e.RecordedAt.UTC()}
}

// rfc3339 matches the form of a time. [time.Parse] takes others, too: an hour of one digit, a comma
// before the fraction.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// A wireAfter is how far a client has read: a checkpoint, or only its position.
type wireAfter dcb.Checkpoint

func (a *wireAfter) UnmarshalJSON(text []byte) error {
	if !bytes.HasPrefix(text, []byte("{")) {
		return json.Unmarshal(text, &a.Position)
	}
	var recordedAt string
	err := members{"position": &a.Position, "id": &a.EventID, "recordedAt": &recordedAt}.decode(text)
	if err != nil {
		return err
	}
	a.RecordedAt, err = time.Parse(time.RFC3339Nano, recordedAt)
	if err != nil || !rfc3339.MatchString(recordedAt) || a.EventID == "" {
		return errors.New("a checkpoint has the position, the id and the recordedAt with which it was read")
	}
	return nil
}
