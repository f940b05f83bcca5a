package dcbtest_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// wrongCalls are mistakes in Go code: of appending, reading and closing.
var wrongCalls = map[string]mistake{
	"the position of the first event": {
		breaks: []string{"an append returns the position of its last event"},
		wrap:   func(s *plainStore) dcbtest.Store { return firstPosition{s} },
	},
	"a context that nobody looks at": {
		breaks: []string{"an append that is cancelled before it begins is not stored"},
		wrap:   func(s *plainStore) dcbtest.Store { return deaf{s} },
	},
	"a caller who does not wait": {
		breaks: []string{
			"an append that is cancelled at any moment tells whether it is stored",
			"AppendEventsIfNotExists that is cancelled at any moment tells whether it appended",
		},
		wrap: func(s *plainStore) dcbtest.Store { return impatient{s} },
	},
	"events kept as they were given": {
		breaks: []string{
			"the memory of an append is the caller's again when the append has returned",
			"the events of a read or a conflict are the caller's own",
			"callers who append at once share no memory",
		},
		wrap: func(s *plainStore) dcbtest.Store { return &remembering{plainStore: s} },
	},
	"a store that gives up at its first error": {
		breaks: []string{"an append that fails makes no other one fail"},
		wrap:   func(s *plainStore) dcbtest.Store { return &discouraged{plainStore: s} },
	},
	"a read that is not compared with the end": {
		breaks: []string{"a read from a position beyond the end of the log is refused"},
		wrap:   func(s *plainStore) dcbtest.Store { return trusting{s} },
	},
	"the position of the last event that matches": {
		breaks: []string{
			"a read returns the last position of the log, whatever the query",
			"a state is reduced in order, and its position is the end of the log",
		},
		wrap: func(s *plainStore) dcbtest.Store { return lastMatch{s} },
	},
	"a state up to a position without it": {
		breaks: []string{"a state up to a position is the state at that time"},
		wrap:   func(s *plainStore) dcbtest.Store { return exclusive{s} },
	},
	"a closed store with an error of its own": {
		breaks: []string{"a closed store refuses with ErrClosed"},
		wrap:   func(s *plainStore) dcbtest.Store { return taciturn{s} },
	},
	"a pool that is closed with the store": {
		breaks: []string{"a closed store leaves the pool open"},
		wrap:   func(s *plainStore) dcbtest.Store { return possessive{s} },
	},
	"a Close that does not wait": {
		breaks: []string{"closing waits for the appends that were accepted"},
		wrap:   func(s *plainStore) dcbtest.Store { return hasty{s} },
	},
}

type firstPosition struct{ *plainStore }

func (s firstPosition) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	last, err := s.plainStore.AppendAfter(ctx, events, query, known)
	return last - int64(len(events)) + 1, err
}

type deaf struct{ *plainStore }

func (s deaf) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	return s.plainStore.AppendAfter(context.WithoutCancel(ctx), events, query, known)
}

// impatient goes on with an append after it has returned that it was cancelled.
type impatient struct{ *plainStore }

func (s impatient) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (last int64, err error) {
	return unlessCancelled(ctx, func() (int64, error) {
		return s.plainStore.AppendAfter(context.WithoutCancel(ctx), events, query, known)
	})
}

func (s impatient) AppendEventsIfNotExists(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known int64, reducer dcb.StateReducer) (last int64, err error) {
	return unlessCancelled(ctx, func() (int64, error) {
		return s.plainStore.AppendEventsIfNotExists(context.WithoutCancel(ctx), events, query, known, reducer)
	})
}

func unlessCancelled(ctx context.Context, call func() (int64, error)) (int64, error) {
	var (
		last int64
		err  error
	)
	done := make(chan struct{})
	go func() {
		defer close(done)
		last, err = call()
	}()
	select {
	case <-done:
		return last, err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// remembering returns conflicts whose events share memory with other callers.
type remembering struct {
	*plainStore
	given sync.Map // events by their IDs
}

func (s *remembering) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	last, err := s.plainStore.AppendAfter(ctx, events, query, known)
	if err == nil {
		for _, e := range events {
			s.given.Store(e.ID, e)
		}
	}
	if conflict, ok := errors.AsType[*dcb.ConflictError](err); ok {
		for i, e := range conflict.Events {
			if given, ok := s.given.Load(e.ID); ok {
				conflict.Events[i].Tags, conflict.Events[i].Data = given.(dcb.InputEvent).Tags, given.(dcb.InputEvent).Data
			}
		}
	}
	return last, err
}

type discouraged struct {
	*plainStore
	by atomic.Pointer[error]
}

func (s *discouraged) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if err := s.by.Load(); err != nil {
		return 0, *err
	}
	last, err := s.plainStore.AppendAfter(ctx, events, query, known)
	if err != nil {
		s.by.Store(&err)
	}
	return last, err
}

type trusting struct{ *plainStore }

func (s trusting) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	return s.readPage(ctx, s.read, query, after.Position, unlimited, unlimited, dcb.Checkpoint{})
}

type lastMatch struct{ *plainStore }

func (s lastMatch) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	events, _, err := s.plainStore.ReadSince(ctx, query, after)
	if len(events) == 0 {
		return nil, after, err
	}
	return events, events[len(events)-1].Checkpoint(), err
}

func (s lastMatch) ReadState(ctx context.Context, query dcb.Query, reducer dcb.StateReducer) (int64, any, error) {
	_, head, err := s.ReadSince(ctx, query, dcb.Checkpoint{})
	if err != nil {
		return 0, nil, err
	}
	return s.ReadStateUpTo(ctx, query, reducer, head.Position)
}

type exclusive struct{ *plainStore }

func (s exclusive) ReadStateUpTo(ctx context.Context, query dcb.Query, reducer dcb.StateReducer, maxPosition int64) (int64, any, error) {
	return s.plainStore.ReadStateUpTo(ctx, query, reducer, maxPosition-1)
}

type taciturn struct{ *plainStore }

func (s taciturn) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	last, err := s.plainStore.AppendAfter(ctx, events, query, known)
	if errors.Is(err, dcb.ErrClosed) {
		err = errors.New("it is closed")
	}
	return last, err
}

type possessive struct{ *plainStore }

func (s possessive) Close() {
	s.plainStore.Close()
	s.pool.Close()
}

type hasty struct{ *plainStore }

func (s hasty) Close() { go s.plainStore.Close() }
