package site

import (
	"context"
	"fmt"
	"iter"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/ui"
)

// The most that a costly page reads of the log. It bounds the memory and the time of one page.
const (
	mostEventsOfPage = 100_000
	mostBytesOfPage  = 32 << 20 // of data
)

// A PageLog is the log as one page reads it. Reading ends with an error if the page reads too
// much. It is for one goroutine.
type PageLog struct {
	*dcb.Store
	events, bytes int // that the page may still read
}

// PageLog returns the log for a costly page.
func (s *Site) PageLog(ctx context.Context) *PageLog {
	return &PageLog{s.LogOf(ctx), mostEventsOfPage, mostBytesOfPage}
}

var errReadsTooMuch = BadRequest(
	http.StatusUnprocessableEntity,
	fmt.Sprintf("This page would read more than %s events of the log, or more than %d MB, which is too much for one page. "+
		"Ask for less: one course, one student, or what is now.", ui.Grouped(mostEventsOfPage), mostBytesOfPage>>20),
)

// Read is [dcb.Store.Read], as far as the page may read.
func (l *PageLog) Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error] {
	return func(yield func(dcb.Event, error) bool) {
		for e, err := range l.Store.Read(ctx, query, options) {
			if err == nil {
				l.events--
				l.bytes -= len(e.Data)
				if l.events < 0 || l.bytes < 0 {
					err = errReadsTooMuch
				}
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// ReadUpTo is [dcb.Store.ReadUpTo], as far as the page may read.
func (l *PageLog) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	if upTo == (dcb.Checkpoint{}) {
		return nil, nil
	}
	var events []dcb.Event
	for e, err := range l.Read(ctx, query, dcb.ReadOptions{Before: upTo.Position + 1}) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	// Checked last: if the log had been replaced while it was read, this reports it.
	_, err := l.Store.ReadUpTo(ctx, dcb.Query{}, upTo)
	return events, err
}

// Head returns the position of the last event in the log.
func (s *Site) Head(ctx context.Context) (int64, error) {
	head, err := s.LogOf(ctx).Head(ctx)
	return head.Position, err
}

// Happened reports whether the log has an event that a query matches. The read model would be
// cheaper to ask, but it may lag.
func (s *Site) Happened(ctx context.Context, query dcb.Query) (bool, error) {
	for _, err := range s.LogOf(ctx).Read(ctx, query, dcb.ReadOptions{Limit: 1}) {
		return err == nil, err
	}
	return false, nil
}

// eventAt returns the event at a position of the log, or nil if there is none.
func (s *Site) eventAt(ctx context.Context, position int64) (*dcb.Event, error) {
	for e, err := range s.LogOf(ctx).Read(ctx, dcb.AllEvents(), dcb.ReadOptions{After: position - 1, Before: position + 1}) {
		return &e, err
	}
	return nil, nil
}

// mostOfRequest is how many events of one request a page tells. The events that were asked for
// come first, and then their consequences.
const mostOfRequest = 100

// eventsOfRequest returns the events that a request brought about, given the position of the
// first of them. They were appended together.
func (s *Site) eventsOfRequest(ctx context.Context, first int64) ([]dcb.Event, error) {
	var events []dcb.Event
	from := dcb.ReadOptions{After: first - 1, Limit: mostOfRequest}
	for e, err := range s.LogOf(ctx).Read(ctx, dcb.AllEvents(), from) {
		if err != nil {
			return nil, err
		}
		if len(events) > 0 && requestOf(e) != requestOf(events[0]) {
			break
		}
		events = append(events, e)
	}
	return events, nil
}

// requestOf returns the tag with the key of the request that an event answers, or "".
func requestOf(e dcb.Event) dcb.Tag {
	for _, tag := range e.Tags {
		if courses.OfRequest(tag) && !courses.IsAsked(tag) {
			return tag
		}
	}
	return ""
}
