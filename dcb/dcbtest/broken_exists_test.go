package dcbtest_test

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// wrongExists are mistakes of AppendEventsIfNotExists.
var wrongExists = map[string]mistake{
	"the race of AppendEventsIfNotExists": {
		breaks: []string{"AppendEventsIfNotExists finds what another appended in its gap", "AppendEventsIfNotExists at once appends once"},
		change: func(s *script) { s.unguarded = true },
	},
	"a typed nil that is something": {
		breaks: []string{"AppendEventsIfNotExists treats a nil pointer, map or slice as nil"},
		change: func(s *script) {
			s.isNil = func(state any) bool { return state == nil }
		},
	},
	"events taken for a state": {
		breaks: []string{"AppendEventsIfNotExists appends when the state is nil"},
		wrap:   func(s *plainStore) dcbtest.Store { return stateless{s} },
	},
	"the position of what exists": {
		breaks: []string{"AppendEventsIfNotExists returns the position of the state if there is one"},
		wrap:   func(s *plainStore) dcbtest.Store { return backThen{s} },
	},
	"a state of what is not known": {
		breaks: []string{"AppendEventsIfNotExists reads the state afresh, whatever position is known"},
		wrap:   func(s *plainStore) dcbtest.Store { return onlyLater{s} },
	},
	"a known position that AppendEventsIfNotExists drops": {
		breaks: []string{"AppendEventsIfNotExists refuses a known position beyond the end of the log"},
		wrap:   func(s *plainStore) dcbtest.Store { return forgetful{s} },
	},
}

type stateless struct{ *plainStore }

func (s stateless) AppendEventsIfNotExists(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known int64, _ dcb.StateReducer) (int64, error) {
	anything := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return true }}
	return s.plainStore.AppendEventsIfNotExists(ctx, events, query, known, anything)
}

type backThen struct{ *plainStore }

func (s backThen) AppendEventsIfNotExists(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known int64, reducer dcb.StateReducer) (int64, error) {
	if _, err := s.plainStore.AppendEventsIfNotExists(ctx, events, query, known, reducer); err != nil {
		return 0, err
	}
	matching, _, err := s.ReadSince(ctx, query, dcb.Checkpoint{})
	if err != nil {
		return 0, err
	}
	return matching[len(matching)-1].Position, nil
}

type onlyLater struct{ *plainStore }

func (s onlyLater) AppendEventsIfNotExists(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known int64, reducer dcb.StateReducer) (int64, error) {
	later := dcb.StateReducer{ReducerFn: func(state any, e dcb.Event) any {
		if e.Position <= known {
			return state
		}
		return reducer.ReducerFn(state, e)
	}}
	return s.plainStore.AppendEventsIfNotExists(ctx, events, query, known, later)
}

type forgetful struct{ *plainStore }

func (s forgetful) AppendEventsIfNotExists(ctx context.Context, events []dcb.InputEvent, query dcb.Query, _ int64, reducer dcb.StateReducer) (int64, error) {
	return s.plainStore.AppendEventsIfNotExists(ctx, events, query, 0, reducer)
}
