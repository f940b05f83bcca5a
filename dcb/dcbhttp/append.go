package dcbhttp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"go-crablet/dcb"
)

// Bounds of an append, besides those of package dcb. Its body is in memory several times
// until it is stored. With 8 MiB, each of 10,000 events may have some 800 bytes.
const (
	largestBody   = 8 << 20
	maxTags       = 100_000 // of all events: each is a row in the index
	longestAppend = 15 * time.Second
)

// A wireAppend is the body of POST /dcb/append.
type wireAppend struct {
	events    wireEvents
	condition *wireCondition
}

// wireEvents are counted while they are decoded: a body of 8 MiB may have millions of empty
// events.
type wireEvents []wireInputEvent

// maxEvents is the bound of one append; see dcb.EventStore.
const maxEvents = 10_000

func (w *wireEvents) UnmarshalJSON(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if token, err := decoder.Token(); err != nil || token != json.Delim('[') {
		return json.Unmarshal(text, new([]json.RawMessage)) // says what it is instead
	}
	for decoder.More() {
		if len(*w) == maxEvents {
			return fmt.Errorf("there are more than %d events, and one append takes no more", maxEvents)
		}
		var e wireInputEvent
		if err := decoder.Decode(&e); err != nil {
			return explained(err)
		}
		*w = append(*w, e)
	}
	return nil
}

type wireInputEvent struct {
	eventType string
	tags      []string
	data      *string
}

type wireCondition struct {
	failIfEventsMatch *wireQuery
	after             wireAfter
}

func (a *wireAppend) UnmarshalJSON(text []byte) error {
	return members{"events": &a.events, "condition": &a.condition}.decode(text)
}

func (e *wireInputEvent) UnmarshalJSON(text []byte) error {
	return members{"type": &e.eventType, "tags": &e.tags, "data": &e.data}.decode(text)
}

func (c *wireCondition) UnmarshalJSON(text []byte) error {
	return members{"failIfEventsMatch": &c.failIfEventsMatch, "after": &c.after}.decode(text)
}

// append stores events, unless their condition fails.
func (s *server) append(w http.ResponseWriter, r *http.Request) error {
	body, err := jsonBody(w, r)
	if err != nil {
		return err
	}
	var wire wireAppend
	if err := decode(body, &wire); err != nil {
		return badRequest{http.StatusBadRequest, fmt.Sprintf("the body is not the JSON of an append: %v", err)}
	}
	events, err := toInputEvents(wire.events)
	if err != nil {
		return badRequest{http.StatusBadRequest, err.Error()}
	}
	query, after, err := wire.condition.toCondition()
	if err != nil {
		return badRequest{http.StatusBadRequest, err.Error()}
	}

	ctx, cancel := context.WithTimeout(r.Context(), longestAppend)
	defer cancel()
	start := time.Now()
	_, err = s.Log.AppendAfter(ctx, events, query, after)
	failed := errors.Is(err, dcb.ErrConflict)
	if err != nil && !failed {
		return err
	}
	answer(w, http.StatusOK, struct {
		Duration        int64 `json:"durationInMicroseconds"`
		ConditionFailed bool  `json:"appendConditionFailed"`
	}{time.Since(start).Microseconds(), failed})
	return nil
}

// jsonBody reads a body whose type is JSON. The form of a page can't send that type.
func jsonBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, badRequest{http.StatusUnsupportedMediaType, "this takes a body with Content-Type: application/json"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, badRequest{http.StatusRequestEntityTooLarge, "the body is larger than 8 MiB: send the events in several appends"}
	}
	if err != nil {
		return nil, badRequest{http.StatusBadRequest, "the body did not arrive as a whole"}
	}
	return body, nil
}

func toInputEvents(wire wireEvents) ([]dcb.InputEvent, error) {
	tags := 0
	events := make([]dcb.InputEvent, len(wire))
	for i, e := range wire {
		if tags += len(e.tags); tags > maxTags {
			return nil, fmt.Errorf("the events have more than %d tags", maxTags)
		}
		if e.data == nil {
			return nil, fmt.Errorf(`event %d of %d: it has no data; "" would do`, i+1, len(wire))
		}
		// Without an ID: a client can't repeat an append, so no repetition has to be recognised.
		events[i] = dcb.InputEvent{Type: e.eventType, Tags: toTags(e.tags), Data: toStored(*e.data)}
	}
	return events, nil
}

// toCondition returns the zero query, which matches nothing, if there is no condition.
func (c *wireCondition) toCondition() (query dcb.Query, after dcb.Checkpoint, err error) {
	switch {
	case c == nil:
		return dcb.Query{}, dcb.Checkpoint{}, nil
	case c.failIfEventsMatch == nil:
		return dcb.Query{}, dcb.Checkpoint{}, errors.New("the condition does not say failIfEventsMatch")
	}
	query, err = c.failIfEventsMatch.toQuery()
	return query, dcb.Checkpoint(c.after), err
}
