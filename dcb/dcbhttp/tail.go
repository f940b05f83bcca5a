package dcbhttp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"go-crablet/dcb"
)

// mostTails bounds how many clients follow the log at once. Each of them reads the log after
// each append.
const mostTails = 64

// tails are the clients who follow the log.
type tails struct {
	places chan struct{} // has a place for each tail
	closed chan struct{} // is closed when the server is about to stop
	close  func()        // closes it, once

	keepAlive    time.Duration // between two signs of life, so that a proxy does not close the connection
	longestPiece time.Duration // that a client may take for a piece of the stream
}

func newTails() *tails {
	closed := make(chan struct{})
	return &tails{
		places:       make(chan struct{}, mostTails),
		closed:       closed,
		close:        sync.OnceFunc(func() { close(closed) }),
		keepAlive:    15 * time.Second,
		longestPiece: 10 * time.Second,
	}
}

// enter takes a place, if one is free. Give it back with leave.
func (t *tails) enter() (free bool) {
	select {
	case t.places <- struct{}{}:
		return true
	default:
		return false
	}
}

func (t *tails) leave() { <-t.places }

func (t *tails) isClosed() bool {
	select {
	case <-t.closed:
		return true
	default:
		return false
	}
}

// A following is what a client asks to follow.
type following struct {
	query dcb.Query
	after dcb.Checkpoint
}

// parseTail reads the parameters, and the header with which a client resumes. The header counts
// more than after: a browser that resumes sends the address of the first time again. Each of them
// has to be readable.
func parseTail(r *http.Request) (asked following, err error) {
	parameters, err := parseParameters(r.URL.RawQuery, "query", "after")
	if err != nil {
		return asked, err
	}
	if asked.query, err = parseQuery(parameters); err != nil {
		return asked, err
	}
	if asked.after, err = parseAfter("the parameter after", parameters.Get("after")); err != nil {
		return asked, err
	}
	switch last := r.Header.Values("Last-Event-Id"); {
	case len(last) > 1:
		return asked, errors.New("the header Last-Event-ID is given twice")
	case len(last) == 1 && last[0] != "":
		asked.after, err = parseAfter("the header Last-Event-ID", last[0])
	}
	return asked, err
}

// parseAfter returns the checkpoint that a text stands for. An empty text is the beginning of the log.
func parseAfter(where, text string) (dcb.Checkpoint, error) {
	if text == "" {
		return dcb.Checkpoint{}, nil
	}
	var after wireAfter
	if err := decode([]byte(text), &after); err != nil {
		return dcb.Checkpoint{}, fmt.Errorf("%s is neither a position nor the JSON of a checkpoint: %w", where, err)
	}
	return dcb.Checkpoint(after), dcb.Checkpoint(after).Check()
}

// tail sends the events that match: first those that are stored, and then each new one. It ends
// when the client leaves or is too slow, when the server stops, or when the log loses its end.
func (s *server) tail(w http.ResponseWriter, r *http.Request) error {
	asked, err := parseTail(r)
	if err != nil {
		return badRequest{http.StatusBadRequest, err.Error()}
	}
	if s.tails.isClosed() {
		return dcb.ErrClosed
	}
	if !s.tails.enter() {
		w.Header().Set("Retry-After", "5")
		return badRequest{http.StatusServiceUnavailable, fmt.Sprintf("%d clients follow the log, and no more may at once: wait a few seconds before you try again", mostTails)}
	}
	defer s.tails.leave()
	// The zero query matches nothing, so this only compares the checkpoint with the log.
	if _, _, err := s.Log.ReadSince(r.Context(), dcb.Query{}, asked.after); err != nil {
		return answerToResume(err, asked.after)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // or nginx would buffer the stream
	if r.Method != http.MethodHead {
		s.follow(r.Context(), s.tails.newStream(w), asked)
	}
	return nil
}

// answerToResume says to a client that the log is not the one any more that the client followed.
func answerToResume(err error, after dcb.Checkpoint) error {
	const advice = "forget what you know of its end, and follow it from an earlier event or from the start"
	switch {
	case errors.Is(err, dcb.ErrOtherHistory):
		return badRequest{http.StatusConflict, fmt.Sprintf(
			"another event stands at position %d than the one that you name, or none, because the log lost its end or is another log: %s", after.Position, advice)}
	case errors.Is(err, dcb.ErrBeyondHead):
		return badRequest{http.StatusConflict, fmt.Sprintf(
			"the log ends before position %d, because it lost its end or is another log: %s", after.Position, advice)}
	default:
		return err
	}
}

// follow sends what the log has for the client. It reads the next events only when the client has
// taken those before, so a slow client takes no memory.
func (s *server) follow(ctx context.Context, to *eventStream, asked following) {
	ctx, cancel := context.WithCancel(ctx)
	var reading sync.WaitGroup
	defer reading.Wait()
	defer cancel()
	news := make(chan dcb.Progress)
	reading.Go(func() {
		defer close(news)
		s.readTail(ctx, asked, news)
	})

	alive := time.NewTicker(s.tails.keepAlive)
	defer alive.Stop()
	for going := to.begin(); going; {
		select {
		case progress, more := <-news:
			going = more && to.send(progress)
		case <-alive.C:
			going = to.signOfLife()
		case <-s.tails.closed:
			return
		case <-ctx.Done():
			return
		}
	}
}

// readTail passes on what the log has, until ctx ends or the log has lost what was passed on. It
// waits for a database that is away.
func (s *server) readTail(ctx context.Context, asked following, news chan<- dcb.Progress) {
	failing := false
	for progress, err := range s.Log.Tail(ctx, asked.query, asked.after) {
		if ctx.Err() != nil || errors.Is(err, dcb.ErrClosed) {
			return
		}
		if err != nil {
			if !failing { // Tail tries again each second, and one line is enough
				s.Logger.WarnContext(ctx, "a client who follows the log waits for it", "error", err, "request_id", dcb.CorrelationID(ctx))
			}
			failing = true
			if errors.Is(err, dcb.ErrOtherHistory) || errors.Is(err, dcb.ErrBeyondHead) {
				return // the client resumes, and is told then
			}
			continue
		}
		failing = false
		select {
		case news <- progress:
		case <-ctx.Done():
			return
		}
	}
}

// An eventStream writes server-sent events. Its methods report whether the client takes them.
type eventStream struct {
	body    *bufio.Writer
	control *http.ResponseController

	reached dcb.Checkpoint // the log was read up to here
	told    int64          // the position that the client resumes after
}

func (t *tails) newStream(w http.ResponseWriter) *eventStream {
	control := http.NewResponseController(w)
	return &eventStream{body: bufio.NewWriterSize(piecewise{w, control, t.longestPiece}, 64<<10), control: control}
}

// begin asks a client who loses the stream to come back after a second.
func (e *eventStream) begin() (going bool) {
	fmt.Fprint(e.body, "retry: 1000\n\n")
	return e.flush()
}

// send writes events, each with its checkpoint as its ID.
func (e *eventStream) send(progress dcb.Progress) (going bool) {
	encoder := newEncoder(e.body) // ends each value with a line feed, and has none inside
	for _, event := range progress.Events {
		fmt.Fprint(e.body, "id: ")
		_ = encoder.Encode(checkpointOf(event))
		fmt.Fprint(e.body, "data: ")
		if err := encoder.Encode(wireEventOf(event)); err != nil {
			return false
		}
		fmt.Fprint(e.body, "\n")
		e.told = event.Position
	}
	e.reached = progress.Checkpoint
	return e.flush()
}

// signOfLife says how far the log was read, or nothing. An ID without data is no event, and a
// client resumes after it all the same.
func (e *eventStream) signOfLife() (going bool) {
	if e.told < e.reached.Position {
		e.told = e.reached.Position
		fmt.Fprint(e.body, "id: ")
		_ = newEncoder(e.body).Encode(wireCheckpoint{e.reached.Position, e.reached.EventID, e.reached.RecordedAt.UTC()})
		fmt.Fprint(e.body, "\n")
		return e.flush()
	}
	fmt.Fprint(e.body, ":\n\n")
	return e.flush()
}

// flush returns false after the first error of a write, too.
func (e *eventStream) flush() (going bool) {
	return e.body.Flush() == nil && e.control.Flush() == nil
}

// piecewise gives the client a bounded time for each piece of an answer.
type piecewise struct {
	http.ResponseWriter
	control *http.ResponseController
	longest time.Duration
}

func (p piecewise) Write(piece []byte) (int, error) {
	// A writer without deadlines needs none.
	_ = p.control.SetWriteDeadline(time.Now().Add(p.longest))
	return p.ResponseWriter.Write(piece)
}
