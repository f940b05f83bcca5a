package dcbtest_test

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// wrongHistories are mistakes about which log a checkpoint is of.
var wrongHistories = map[string]mistake{
	"positions without their events": {
		breaks: []string{
			"a read after a checkpoint of another log is refused with ErrOtherHistory",
			"a read up to a checkpoint of another log is refused with ErrOtherHistory",
			"an append after a checkpoint of another log is refused with ErrOtherHistory",
			"a tail tells that it starts in another log",
		},
		change: func(s *script) {
			s.there = `select $1::bigint > 0 and $2::text <> '' and $3::timestamptz is not null`
		},
	},
	"events without their time": {
		breaks: []string{"an append after a checkpoint of another log is refused with ErrOtherHistory"},
		change: func(s *script) { s.there = replaced(s.there, `recorded_at = $3`, `$3::timestamptz is not null`) },
	},
	"a head that is another event": {
		breaks: []string{"a read returns the checkpoint of the last event"},
		change: func(s *script) { s.head = replaced(s.head, `id::text`, `gen_random_uuid()::text`) },
	},
	"a read up to the end of the log": {
		breaks: []string{"a read up to a checkpoint returns what was known then"},
		wrap:   func(s *plainStore) dcbtest.Store { return toTheEnd{s} },
	},
	"a position that AppendEvents drops": {
		breaks: []string{"AppendEvents appends from a position, which is no more than a position"},
		wrap:   func(s *plainStore) dcbtest.Store { return fromTheStart{s} },
	},
}

type toTheEnd struct{ *plainStore }

func (s toTheEnd) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	if _, err := s.plainStore.ReadUpTo(ctx, query, upTo); err != nil {
		return nil, err
	}
	events, _, err := s.ReadSince(ctx, query, dcb.Checkpoint{})
	return events, err
}

type fromTheStart struct{ *plainStore }

func (s fromTheStart) AppendEvents(ctx context.Context, events []dcb.InputEvent, query dcb.Query, _ int64) (int64, error) {
	return s.plainStore.AppendEvents(ctx, events, query, 0)
}
