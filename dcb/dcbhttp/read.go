package dcbhttp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"net/http"
	"net/url"
	"slices"
	"time"

	"go-crablet/dcb"
)

// wireOptions are the options of GET /dcb/read.
type wireOptions struct {
	from        *int64
	limit       *int
	backwards   bool
	checkpoints bool
}

func (o *wireOptions) UnmarshalJSON(text []byte) error {
	return members{"from": &o.from, "limit": &o.limit, "backwards": &o.backwards, "checkpoints": &o.checkpoints}.decode(text)
}

// A wireEvent is an event as clients read it.
type wireEvent struct {
	Type     string   `json:"type"`
	Tags     dcb.Tags `json:"tags"`
	Data     string   `json:"data"`
	Position int64    `json:"position"`

	Checkpoint *wireCheckpoint `json:"checkpoint,omitempty"`
}

func wireEventOf(e dcb.Event) wireEvent {
	tags := append(dcb.Tags{}, e.Tags...) // never null
	return wireEvent{Type: e.Type, Tags: tags, Data: fromStored(e.Data), Position: e.Position}
}

// read sends the events that match, while it reads them.
func (s *server) read(w http.ResponseWriter, r *http.Request) error {
	asked, err := parseRead(r.URL.RawQuery)
	if err != nil {
		return badRequest{http.StatusBadRequest, err.Error()}
	}
	stream := &stream{ResponseWriter: w}
	err = writeEvents(stream, s.Log.Read(r.Context(), asked.query, asked.options), asked.checkpoints)
	if err != nil && stream.begun {
		s.logFailure(r, err)
		panic(http.ErrAbortHandler) // cuts the connection, so that a part of the log does not look complete
	}
	return err
}

// A reading is what a client asks to read.
type reading struct {
	query       dcb.Query
	options     dcb.ReadOptions
	checkpoints bool // whether each event comes with its checkpoint
}

// parseRead reads the parameters strictly, too: a misspelled query must not become an empty
// query, which asks for all events.
func parseRead(rawQuery string) (asked reading, err error) {
	parameters, err := parseParameters(rawQuery, "query", "options")
	if err != nil {
		return asked, err
	}
	if asked.query, err = parseQuery(parameters); err != nil {
		return asked, err
	}
	var wireOptions wireOptions
	if text := parameters.Get("options"); text != "" {
		if err := decode([]byte(text), &wireOptions); err != nil {
			return asked, fmt.Errorf("the parameter options is not the JSON of options: %w", err)
		}
	}
	asked.checkpoints = wireOptions.checkpoints
	asked.options, err = wireOptions.toOptions()
	return asked, err
}

// parseParameters returns the parameters of an address, which has each of these names once at
// most, and no others.
func parseParameters(rawQuery string, names ...string) (url.Values, error) {
	parameters, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, errors.New("the parameters are not encoded as those of a URL")
	}
	for name, values := range parameters {
		if !slices.Contains(names, name) || len(values) > 1 {
			return nil, fmt.Errorf("the parameter %.40q is unknown, or given twice", name)
		}
	}
	return parameters, nil
}

// parseQuery returns the query of the parameter query, or AllEvents if there is none.
func parseQuery(parameters url.Values) (dcb.Query, error) {
	var wire wireQuery
	if text := parameters.Get("query"); text != "" {
		if err := decode([]byte(text), &wire); err != nil {
			return dcb.Query{}, fmt.Errorf("the parameter query is not the JSON of a query: %w", err)
		}
	}
	query, err := wire.toQuery()
	if err != nil {
		return dcb.Query{}, err
	}
	return query, query.Check()
}

func (o wireOptions) toOptions() (dcb.ReadOptions, error) {
	options := dcb.ReadOptions{Backwards: o.backwards}
	if o.limit != nil {
		if *o.limit < 1 {
			return options, errors.New("the limit is less than 1; leave it out to read without one")
		}
		options.Limit = *o.limit
	}
	if o.from != nil {
		switch from := *o.from; {
		case from < 0:
			return options, errors.New("the position to read from is negative")
		case !o.backwards:
			options.After = max(from-1, 0)
		case from < math.MaxInt64: // at the maximum, no bound is needed
			options.Before = from + 1
		}
	}
	return options, nil
}

// writeEvents writes events as a JSON array, one a line.
func writeEvents(w io.Writer, events iter.Seq2[dcb.Event, error], checkpoints bool) error {
	body := bufio.NewWriterSize(w, 64<<10) // Flush returns the first error of its writer
	encoder := newEncoder(body)
	fmt.Fprint(body, "[")
	separator := ""
	for e, err := range events {
		if err != nil {
			return err
		}
		fmt.Fprint(body, separator)
		wire := wireEventOf(e)
		if checkpoints {
			wire.Checkpoint = checkpointOf(e)
		}
		if err := encoder.Encode(wire); err != nil {
			return err
		}
		separator = ","
	}
	fmt.Fprint(body, "]\n")
	return body.Flush()
}

// longestPause is how long a client may take for a piece of an answer.
const longestPause = 30 * time.Second

// A stream is an answer of any length: the server's time limit for an answer applies to each
// piece of it.
type stream struct {
	http.ResponseWriter
	begun bool // until then, another status can be sent
}

func (s *stream) Write(piece []byte) (int, error) {
	if !s.begun {
		s.Header().Set("Content-Type", "application/json")
		s.begun = true
	}
	// A writer without deadlines needs none.
	_ = http.NewResponseController(s.ResponseWriter).SetWriteDeadline(time.Now().Add(longestPause))
	return s.ResponseWriter.Write(piece)
}
