package dcbtest_test

import (
	"context"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// wrongStreams are mistakes of Read.
var wrongStreams = map[string]mistake{
	"a limit that is counted from the wrong end": {
		breaks: []string{"a stream has the events that its options ask for", "a stream of thousands has the events that its options ask for"},
		wrap:   func(s *plainStore) dcbtest.Store { return turnedLate{s} },
	},
	"a stream that goes on with what is new": {
		breaks: []string{"a stream shows the log as it was when its loop began"},
		wrap:   func(s *plainStore) dcbtest.Store { return restless{s} },
	},
	"a stream that keeps its connection when its loop breaks": {
		breaks: []string{"a stream ends when its loop does"},
		wrap:   func(s *plainStore) dcbtest.Store { return &leaking{plainStore: s} },
	},
	"a stream that needs its connection while its body runs": {
		breaks: []string{"no connection is held while the body of a loop runs"},
		wrap:   func(s *plainStore) dcbtest.Store { return occupying{s} },
	},
	"a stream that is read before it is handed out": {
		breaks: []string{"a stream of large events comes in parts"},
		wrap:   func(s *plainStore) dcbtest.Store { return collecting{s} },
	},
	"a stream that goes on after its error": {
		breaks: []string{"the error of a stream is its last pair"},
		wrap:   func(s *plainStore) dcbtest.Store { return insisting{s} },
	},
}

type turnedLate struct{ *plainStore }

func (s turnedLate) Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error] {
	backwards := options.Backwards
	options.Backwards = false
	return func(yield func(dcb.Event, error) bool) {
		events, err := collected(s.plainStore.Read(ctx, query, options))
		if backwards {
			slices.Reverse(events)
		}
		yieldAll(yield, events, err)
	}
}

type restless struct{ *plainStore }

func (s restless) Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error] {
	return func(yield func(dcb.Event, error) bool) {
		for more := true; more; {
			more = false
			for e, err := range s.plainStore.Read(ctx, query, options) {
				if !yield(e, err) {
					return
				}
				more, options.After = !options.Backwards, e.Position
			}
		}
	}
}

// leaking keeps the connections of its streams until it is closed.
type leaking struct {
	*plainStore
	kept []*pgxpool.Conn
}

func (s *leaking) Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error] {
	return func(yield func(dcb.Event, error) bool) {
		conn, err := s.pool.Acquire(ctx)
		if err != nil {
			yield(dcb.Event{}, err)
			return
		}
		s.kept = append(s.kept, conn)
		for e, err := range s.plainStore.Read(ctx, query, options) {
			if !yield(e, err) {
				return
			}
		}
	}
}

func (s *leaking) Close() {
	for _, conn := range s.kept {
		conn.Release() // the second time does nothing
	}
	s.plainStore.Close()
}

type occupying struct{ *plainStore }

func (s occupying) Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error] {
	return func(yield func(dcb.Event, error) bool) {
		for e, err := range s.plainStore.Read(ctx, query, options) {
			more := false
			acquireErr := s.pool.AcquireFunc(ctx, func(*pgxpool.Conn) error {
				more = yield(e, err)
				return nil
			})
			if acquireErr != nil {
				yield(dcb.Event{}, acquireErr)
			}
			if !more {
				return
			}
		}
	}
}

type collecting struct{ *plainStore }

func (s collecting) Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error] {
	return func(yield func(dcb.Event, error) bool) {
		events, err := collected(s.plainStore.Read(ctx, query, options))
		yieldAll(yield, events, err)
	}
}

type insisting struct{ *plainStore }

func (s insisting) Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error] {
	return func(yield func(dcb.Event, error) bool) {
		for e, err := range s.plainStore.Read(ctx, query, options) {
			if !yield(e, err) || err != nil && !yield(e, err) {
				return
			}
		}
	}
}

// collected returns all events of a stream.
func collected(stream iter.Seq2[dcb.Event, error]) (all []dcb.Event, err error) {
	for e, err := range stream {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// yieldAll yields events, and an error if it is not nil.
func yieldAll(yield func(dcb.Event, error) bool, events []dcb.Event, err error) {
	for _, e := range events {
		if !yield(e, nil) {
			return
		}
	}
	if err != nil {
		yield(dcb.Event{}, err)
	}
}
