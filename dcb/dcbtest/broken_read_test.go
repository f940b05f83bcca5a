package dcbtest_test

// wrongRepetitions are mistakes of finding a repeated append.
var wrongRepetitions = map[string]mistake{
	"no repetitions": {
		breaks: []string{
			"a repeated append has its first outcome and stores nothing",
			"the same append many times at once is stored once",
		},
		change: func(s *script) { s.repeated = replaced(s.repeated, `where`, `where false and`) },
	},
	"tags compared in their order": {
		breaks: []string{"a repetition may give the tags of an event in another order, or twice"},
		change: func(s *script) {
			s.repeated = replaced(s.repeated, `e.tags @> $3::text[] and e.tags <@ $3`, `e.tags = $3::text[]`)
		},
	},
	"a start or an end taken for an append": {
		breaks: []string{"events of earlier appends put together in another way are an error"},
		change: func(s *script) {
			s.repeated = replaced(s.repeated, `e.append_rest = $5`, `$5::int is not null`)
		},
	},
	"halves of two taken for an append": {
		breaks: []string{"events of earlier appends put together in another way are an error"},
		change: func(s *script) {
			s.repeated = replaced(s.repeated, `and $6 in (0, front.position)`, ``)
		},
	},
	"IDs compared alone": {
		breaks: []string{"the same ID with other content is an error"},
		change: func(s *script) {
			s.repeated = replaced(s.repeated, `e.data::text = $4`, `$4::text is not null`)
		},
	},
}

// wrongReads are mistakes of the reading statements.
var wrongReads = map[string]mistake{
	"events hidden behind an open transaction": {
		breaks: []string{"a read shows what is stored while an unrelated transaction is open"},
		change: func(s *script) { s.read = behindOpenTransactions(s.read) },
	},
	"events and head from two snapshots": {
		breaks: []string{"events and position are of one moment"},
		change: func(s *script) { s.beginRead = `begin isolation level read committed` },
	},
	"a reader without order": {
		breaks: []string{"events are read in the order of positions", "a tail catches up and follows, in order and each event once"},
		change: func(s *script) {
			s.read = replaced(s.read, `order by e.position`, `order by e.type`) // as an index happens to return them
		},
	},
	"a reader from the known position on": {
		breaks: []string{"a tail catches up and follows, in order and each event once"},
		change: func(s *script) { s.read = replaced(s.read, `e.position > $2`, `e.position >= $2`) },
	},
	"data that is made anew": {
		breaks: []string{"an event is read as it was appended"},
		change: func(s *script) { s.read = replaced(s.read, `e.data`, `e.data::jsonb`) },
	},
	"tags that are sorted": {
		breaks: []string{"an event is read as it was appended"},
		change: func(s *script) {
			s.read = replaced(s.read, `e.tags`, `array(select distinct unnest(e.tags) order by 1)`)
		},
	},
	"tags compared without their case": {
		breaks: []string{"tags and types are opaque text"},
		change: func(s *script) {
			s.read = replaced(s.read, `to_jsonb(e.tags) @> item.tags`, `lower(to_jsonb(e.tags)::text)::jsonb @> lower(item.tags::text)::jsonb`)
		},
	},
	"IDs in upper case": {
		breaks: []string{"an ID is told in lower case, however it was given"},
		change: func(s *script) {
			s.read = replaced(s.read, `e.id::text`, `upper(e.id::text)`)
			s.check = replaced(s.check, `e.id::text`, `upper(e.id::text)`)
		},
	},
	"times without their zone": {
		breaks: []string{"events are stamped when they are recorded"},
		change: func(s *script) {
			s.read = replaced(s.read, `e.recorded_at`, `e.recorded_at at time zone 'Asia/Tokyo'`)
		},
	},
}

// behindOpenTransactions hides what was stored after the oldest open transaction began.
func behindOpenTransactions(sql string) string {
	return replaced(sql, `where`, `where e.xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint and`)
}
