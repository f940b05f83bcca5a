package dcbhttp

import (
	"bytes"
	"encoding/json"
	"errors"
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
	if err != nil || a.EventID == "" {
		return errors.New("a checkpoint has the position, the id and the recordedAt with which it was read")
	}
	return nil
}
