package dcbtest_test

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"

	"go-crablet/dcb"
)

// A script has the SQL of a plain store, in the order of execution, and a few settings. A broken
// store has a changed script.
type script struct {
	begin    string
	lock     string // $1 the tags of the events and of the query
	repeated string // see the method
	end      string
	there    string // whether the event of a checkpoint is: $1 position, $2 ID, $3 time
	check    string // $1 the items of the query, $2 after, $3 up to, $4 limit
	insert   string
	atOnce   int // events inserted in one round trip
	commit   string
	rollback string

	beginRead     string
	read          string // as check
	readBackwards string // as check
	head          string // position, ID and time of the last event

	room  int                                       // bytes of tags and data that a conflict tells
	newID func() string                             // for an event that has none
	sent  func(ctx context.Context) context.Context // the context of an append from its first statement on
	isNil func(state any) bool                      // whether AppendEventsIfNotExists takes a state for none

	unchecked bool // nothing that is given is checked before it is sent
	unguarded bool // AppendEventsIfNotExists appends without a condition
}

// correct is the script of a store that keeps every promise.
func correct() script {
	const find = `
		select e.position, e.id::text, e.type, e.tags, e.data,
		       coalesce(e.causation_id, ''), coalesce(e.correlation_id, ''), e.metadata, e.recorded_at
		from dcb_event as e
		where e.position > $2
		  and e.position <= $3
		  and (
		      select bool_or((item.types = '[]' or item.types ? e.type) and to_jsonb(e.tags) @> item.tags)
		      from jsonb_to_recordset($1) as item (types jsonb, tags jsonb)
		  )
		order by e.position
		limit $4`
	const head = `select position, id::text, recorded_at from dcb_event order by position desc limit 1`
	return script{
		begin: `begin isolation level read committed`,
		lock:  `select pg_advisory_xact_lock(2) where $1::text[] is not null`,
		repeated: `
			select e.position
			from dcb_event as e
			left join dcb_event as front on front.position = e.position - 1
			where e.id = nullif($1, '')::uuid
			  and e.type = $2
			  and e.tags @> $3::text[] and e.tags <@ $3
			  and e.data::text = $4
			  and e.append_rest = $5
			  and (coalesce(front.append_rest, 0) > 0) = ($6::bigint > 0)
			  and $6 in (0, front.position)`,
		end:   head,
		there: `select exists (select from dcb_event where position = $1 and id = $2 and recorded_at = $3)`,
		check: find,
		insert: `
			insert into dcb_event (position, id, type, tags, data, causation_id, correlation_id, append_rest, bytes, metadata)
			values ((select coalesce(max(position), 0) + 1 from dcb_event), $1, $2, $3, $4, nullif($5, ''), nullif($6, ''), $7, $8, nullif($9, 'null')::json)
			returning position`,
		atOnce:        math.MaxInt,
		commit:        `commit`,
		rollback:      `rollback`,
		beginRead:     `begin isolation level repeatable read`,
		read:          find,
		readBackwards: replaced(find, `order by e.position`, `order by e.position desc`),
		head:          head,
		room:          4 << 20,
		newID:         dcb.NewID,
		sent:          context.WithoutCancel,
		isNil:         isNil,
	}
}

// replaced replaces a part of a statement, which must be there.
func replaced(sql, was, is string) string {
	if !strings.Contains(sql, was) {
		panic("there is no " + was)
	}
	return strings.Replace(sql, was, is, 1)
}

// isNil reports whether a state is nil, or a nil pointer, map or slice.
func isNil(state any) bool {
	v := reflect.ValueOf(state)
	return !v.IsValid() || slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Map, reflect.Slice}, v.Kind()) && v.IsNil()
}

// fitting returns the first events, at least one, whose tags and data fit into the room.
func fitting(events []dcb.Event, room int) []dcb.Event {
	for i, e := range events {
		if room -= size(e.Tags, e.Data); room < 0 {
			return events[:max(i, 1)]
		}
	}
	return events
}

// size returns the bytes of tags and data.
func size(tags dcb.Tags, data []byte) int {
	bytes := len(data)
	for _, tag := range tags {
		bytes += len(tag)
	}
	return bytes
}

// texts returns the tags as texts. Without tags it returns an empty list, and not null.
func texts(tags dcb.Tags) []string {
	all := []string{}
	for _, tag := range tags {
		all = append(all, string(tag))
	}
	return all
}

// tagsOf returns all tags of the events and the query of an append.
func tagsOf(events []dcb.InputEvent, query dcb.Query) []string {
	var all dcb.Tags
	for _, e := range events {
		all = append(all, e.Tags...)
	}
	for _, item := range query.Items() {
		all = append(all, item.Tags...)
	}
	return texts(all)
}
