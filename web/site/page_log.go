package site

import (
	"context"
	"fmt"
	"iter"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/web/ui"
)

// What a costly page reads of the log, at most. It bounds the memory and the time that one
// page takes.
const (
	mostEventsOfPage = 100_000
	mostBytesOfPage  = 32 << 20 // of data
)

// A PageLog is the log as one page reads it, which ends with an error when that is too much.
// It is for one goroutine.
type pageLog struct {
	*dcb.Store
	events, bytes int // that may still be read
}

func (s *Site) PageLog() *pageLog { return &pageLog{s.Log, mostEventsOfPage, mostBytesOfPage} }

var errReadsTooMuch = BadRequest(
	http.StatusUnprocessableEntity,
	fmt.Sprintf("This page would read more than %s events of the log, or more than %d MB, which is too much for one page. "+
		"Ask for less: one course, one student, or what is now.", ui.Grouped(mostEventsOfPage), mostBytesOfPage>>20),
)

// Read is that of the store, as far as the page may read.
func (l *pageLog) Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error] {
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

// ReadUpTo is that of the store, as far as the page may read.
func (l *pageLog) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
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
	// Only now, so that nothing was read of another log before.
	_, err := l.Store.ReadUpTo(ctx, dcb.Query{}, upTo)
	return events, err
}
