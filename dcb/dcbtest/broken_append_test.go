package dcbtest_test

import (
	"context"
	"math"
)

// wrongAppends are mistakes of the check and of the insert.
var wrongAppends = map[string]mistake{
	"isolation level left to its default": {
		breaks: []string{"one of two appends is stored where the default isolation level is repeatable read"},
		change: func(s *script) {
			s.begin = `begin`
			s.positionsFromASequence()
		},
	},
	"numbers given long before the commit": {
		breaks: []string{"a reader who follows while many append misses nothing"},
		change: func(s *script) {
			s.lock = noLock
			s.commit = `select pg_sleep(0.003 * random()); commit`
			s.positionsFromASequence()
		},
	},
	"numbers that a rollback loses": {
		breaks: []string{"an append whose ID is taken leaves no gap"},
		change: func(s *script) { s.positionsFromASequence() },
	},
	"numbers that a conflict loses": {
		breaks: []string{"positions are 1, 2, 3 and so on, also after an append that failed"},
		change: func(s *script) {
			s.check = replaced(s.check, `select e.position`, `select e.position + 0 * nextval('next_position')`)
			s.positionsFromASequence()
		},
	},
	"numbers of four digits": {
		breaks: []string{"an append takes ten thousand events"},
		change: func(s *script) {
			s.insert = replaced(s.insert, fromHead, `(select (coalesce(max(position), 0) + 1)::numeric(4) from dcb_event)`)
		},
	},
	"events inserted one by one": {
		breaks: []string{"all events of an append are stored or none", "nobody sees half of an append"},
		change: func(s *script) {
			// Still one append at a time, but in steps that show.
			s.begin = `select`
			s.lock = `select pg_advisory_lock(2) where $1::text[] is not null`
			s.atOnce = 1
			s.commit = `select pg_advisory_unlock_all()`
			s.rollback = s.commit
		},
	},
	"types ignored": {
		breaks: []string{queries},
		change: func(s *script) {
			s.check = replaced(s.check, `item.types = '[]'`, `true`)
		},
	},
	"a condition without items that everything meets": {
		breaks: []string{"the zero query matches nothing, so an append under it is unconditional"},
		change: func(s *script) {
			s.check = replaced(s.check, `select bool_or(`, `select count(*) = 0 or bool_or(`)
		},
	},
	"a condition on tagged events only": {
		breaks: []string{"under the query for all events any event is a conflict"},
		change: func(s *script) {
			s.check = replaced(s.check, `where`, `where e.tags <> '{}' and`)
		},
	},
	"at or after instead of after": {
		breaks: []string{"an event at the known position is no conflict"},
		change: func(s *script) {
			s.check = replaced(s.check, `e.position > $2`, `e.position >= $2`)
		},
	},
	"a known position that is not compared with the end": {
		breaks: []string{"an append from a position beyond the end of the log is refused, whatever its query"},
		change: func(s *script) { s.end = `select 9223372036854775807` },
	},
	"conflicts hidden behind an open transaction": {
		breaks: []string{"a conflict shows while an unrelated transaction is open"},
		change: func(s *script) { s.check = behindOpenTransactions(s.check) },
	},
	"a conflict that tells the last events": {
		breaks: []string{"a conflict tells the first ten events that got inside"},
		change: func(s *script) {
			s.check = replaced(s.check, `order by e.position`, `order by e.position desc`)
		},
	},
	"a conflict that does not tell when": {
		breaks: []string{"a conflict of appends at once tells an event as a read returns it"},
		change: func(s *script) {
			s.check = replaced(s.check, `e.recorded_at`, `'epoch'::timestamptz`)
		},
	},
	"a conflict without what is large": {
		breaks: []string{
			"a conflict tells large events as a read returns them, and only a few",
			"a conflict of appends at once tells a large event as a read returns it",
		},
		change: func(s *script) {
			s.check = replaced(s.check, `e.data`, `case when length(e.data::text) < 100000 then e.data end`)
		},
	},
	"a conflict with all that is large": {
		breaks: []string{"a conflict tells large events as a read returns them, and only a few"},
		change: func(s *script) { s.room = math.MaxInt },
	},
	"the same ID for all that have none": {
		breaks: []string{"an event without an ID is given one"},
		change: func(s *script) {
			s.newID = func() string { return "00000000-0000-7000-8000-000000000000" }
		},
	},
	"a commit that ends with the context of its caller": {
		breaks: []string{
			"an append that is cancelled at any moment tells whether it is stored",
			"AppendEventsIfNotExists that is cancelled at any moment tells whether it appended",
		},
		change: func(s *script) {
			s.sent = func(ctx context.Context) context.Context { return ctx }
		},
	},
	"arguments that only the database checks": {
		breaks: []string{
			"events that cannot be stored are refused as bad input",
			"queries that make no sense are refused as bad input",
			"queries that make no sense are refused by every call",
			"options of a stream that make no sense are refused as bad input",
			"IDs and metadata of the context that cannot be stored are refused as bad input",
			"AppendEventsIfNotExists refuses a state that does not begin as nil",
			"a checkpoint that makes no sense is refused as bad input",
		},
		change: func(s *script) { s.unchecked = true },
	},
}
