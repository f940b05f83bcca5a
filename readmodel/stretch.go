package readmodel

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A stretch is a decoded part of the log.
type stretch struct {
	facts  []located
	end    dcb.Checkpoint
	unread []unread // what could not be decoded
}

// A located fact is a fact with its position in the log.
type located struct {
	dcb.Fact
	position int64
	listed   bool // whether lists show the course or student that it begins
}

// locate decodes an event. Its fact is nil if the domain does not know the type.
func locate(e dcb.Event) (located, error) {
	fact, err := courses.Decode(e.Type, e.Data)
	if err != nil || fact == nil {
		return located{}, err
	}
	return located{fact, e.Position, listed(e, fact)}, nil
}

// decode makes a stretch of events. It leaves out events of unknown types, and events whose
// data can't be read. Such data never becomes better, and pages that waited for it would
// never show anything new.
func decode(progress dcb.Progress) stretch {
	s := stretch{end: progress.Checkpoint}
	for _, e := range progress.Events {
		fact, err := locate(e)
		switch {
		case err != nil:
			s.unread = append(s.unread, unread{e, err})
		case fact.Fact != nil:
			s.facts = append(s.facts, fact)
		}
	}
	return s
}

// warn logs one line for all events that could not be decoded: there may be many.
func (s stretch) warn(ctx context.Context, logger *slog.Logger) {
	if len(s.unread) > 0 {
		logger.ErrorContext(ctx, "pages leave out events that can't be read", "events", len(s.unread), "first", s.unread[0].reason())
	}
}

// follow decodes the log after a checkpoint, one stretch ahead of the caller. It closes
// the channel when the context is done, the store is closed, or the log is another one.
// Call end: it stops the goroutine and waits for it.
func follow(ctx context.Context, log *dcb.Store, after dcb.Checkpoint, logger *slog.Logger) (stretches <-chan stretch, end func()) {
	ctx, cancel := context.WithCancel(ctx)
	ch := make(chan stretch)
	var following sync.WaitGroup
	following.Go(func() {
		defer close(ch)
		told := "" // the last failure that the logger was told
		for progress, err := range log.Tail(ctx, dcb.AllEvents(), after) {
			if err != nil {
				if err.Error() != told && ctx.Err() == nil {
					logger.WarnContext(ctx, "the log can't be read", "error", err)
				}
				if errors.Is(err, dcb.ErrOtherHistory) || errors.Is(err, dcb.ErrBeyondHead) {
					return
				}
				told = err.Error()
				continue // the tail tries again, after a pause
			}
			told = ""
			select {
			case ch <- decode(progress):
			case <-ctx.Done():
				return
			}
		}
	})
	return ch, func() {
		cancel()
		following.Wait()
	}
}

// next returns the next stretch, or an error if there will be none.
func next(ctx context.Context, stretches <-chan stretch) (stretch, error) {
	s, open := <-stretches
	switch {
	case open:
		return s, nil
	case ctx.Err() != nil:
		return s, ctx.Err()
	default:
		return s, errors.New("the event store is closed, or its log is another one")
	}
}
