package dcb

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// A simItem is a query item as read.sql gets it.
type simItem struct {
	query       int32
	tags, types []string
	after       int64
}

// items returns the query items that a statement is asked for.
func (s *simSession) items() (items []simItem) {
	queries := simParam[[]int32](s, simReadParams, 0)
	tags, types := simParam[[]string](s, simReadParams, 1), simParam[[]string](s, simReadParams, 2)
	after := simParam[[]int64](s, simReadParams, 3)
	for i := range queries {
		items = append(items, simItem{queries[i], s.array(tags[i]), s.array(types[i]), after[i]})
	}
	return items
}

// array returns the texts of an array that is written as text.
func (s *simSession) array(text string) (texts []string) {
	if err := s.types.Scan(pgtype.TextArrayOID, pgtype.TextFormatCode, []byte(text), &texts); err != nil {
		panic(err)
	}
	return texts
}

// matching returns the events that an item matches, the first ones in the order of the list.
func (i simItem) matching(log []*simEvent, upTo, limit int64) (events []*simEvent) {
	ofType := map[string]int64{} // how many, where each type has a walk of its own
	for _, e := range log {
		if e.Position <= i.after || e.Position > upTo {
			continue
		}
		if len(i.types) > 0 && !slices.Contains(i.types, e.Type) {
			continue
		}
		if slices.ContainsFunc(i.tags, func(tag string) bool { return !slices.Contains(e.Tags, Tag(tag)) }) {
			continue
		}
		walk := ""
		if len(i.tags) == 0 && len(i.types) > 0 {
			walk = e.Type
		}
		if ofType[walk]++; ofType[walk] <= limit {
			events = append(events, e)
		}
	}
	return events
}

// unlike returns the numbers of the checkpoints that are not of the log. It compares of them
// what the statement compares.
func (s *simSession) unlike(sql string, log []*simEvent) (numbers []int32) {
	positions, ids := simParam[[]int64](s, simReadParams, 6), simParam[[]pgtype.UUID](s, simReadParams, 7)
	at := simParam[[]time.Time](s, simReadParams, 8)
	comparesID := strings.Contains(sql, "(there.id, there.recorded_at) is distinct from (known.id, known.recorded_at)")
	comparesTime := comparesID
	comparesID = comparesID || strings.Contains(sql, "there.id is distinct from known.id")
	for i, position := range positions {
		there := position <= int64(len(log))
		there = there && (!comparesID || log[position-1].ID == ids[i].String())
		there = there && (!comparesTime || log[position-1].RecordedAt.Equal(at[i]))
		if !there {
			numbers = append(numbers, int32(i+1))
		}
	}
	return numbers
}

// read is read.sql, in both directions.
func (s *simSession) read(sql string) (rows [][]any, err error) {
	log := s.visible()
	inOrder := log
	if sql == readBackwardsSQL {
		inOrder = slices.Clone(log)
		slices.Reverse(inOrder)
	}
	upTo, limit := simParam[int64](s, simReadParams, 4), simParam[int64](s, simReadParams, 5)
	room, whole := simParam[int64](s, simReadParams, 9), simParam[int64](s, simReadParams, 10)
	asked := map[int64][]int32{} // by each event
	for _, item := range s.items() {
		for _, e := range item.matching(inOrder, upTo, limit) {
			asked[e.Position] = append(asked[e.Position], item.query)
		}
	}
	var head *simEvent
	position := int64(0)
	if len(log) > 0 {
		head = log[len(log)-1]
		position = head.Position
	}
	for _, e := range inOrder {
		if len(asked[e.Position]) == 0 {
			continue
		}
		room -= int64(e.size())
		row := []any{position, nil, nil, nil, asked[e.Position], e.Position, e.ID, e.Type, nil, nil, e.CausationID, e.CorrelationID, nil, e.RecordedAt}
		if int64(len(rows)) < whole || room >= 0 {
			row[8], row[9] = []Tag(e.Tags), e.Data
			if e.Metadata != nil {
				row[12] = e.Metadata
			}
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		rows = [][]any{{position, nil, nil, nil, nil, int64(0), "", "", nil, nil, "", "", nil, time.Unix(0, 0)}}
	}
	if head != nil {
		rows[0][1], rows[0][2] = head.ID, head.RecordedAt
	}
	if unlike := s.unlike(sql, log); unlike != nil {
		rows[0][3] = unlike
	}
	return rows, nil
}

// storeIfNobodyIsInTheWay is oneTripSQL. It heeds of its conditions those that are in the text.
func (s *simSession) storeIfNobodyIsInTheWay(sql string) ([][]any, error) {
	log := s.visible()
	head, asksFor := int64(len(log)), func(condition string) bool { return strings.Contains(sql, condition) }
	inTheWay := asksFor("current_setting('dcb.has_lock') = 'true'") && !s.notedLock ||
		asksFor("head.unlike is null") && s.unlike(sql, log) != nil ||
		asksFor("coalesce(head.position, 0) >= $10::bigint") && head < simParam[int64](s, append(simReadParams[:9:9], pgtype.Int8OID), 9)
	if asksFor("not exists (select from matching)") {
		upTo, limit := simParam[int64](s, simReadParams, 4), simParam[int64](s, simReadParams, 5)
		for _, item := range s.items() {
			inTheWay = inTheWay || len(item.matching(log, upTo, limit)) > 0
		}
	}
	if inTheWay {
		return nil, nil
	}
	return s.store(10, head)
}

// storeBehindHead is appendSQL.
func (s *simSession) storeBehindHead(string) ([][]any, error) {
	return s.store(0, simParam[int64](s, append(simStoreParams[:10:10], pgtype.Int8OID), 10))
}

// store stores the events that are in the parameters from one on.
func (s *simSession) store(from int, base int64) (rows [][]any, err error) {
	types := append(make([]uint32, from), simStoreParams...)
	ids, names := simParam[[]pgtype.UUID](s, types, from), simParam[[]string](s, types, from+1)
	tags, data := simParam[[]string](s, types, from+2), simParam[[][]byte](s, types, from+3)
	causation, correlation := simParam[[]string](s, types, from+4), simParam[[]string](s, types, from+5)
	metadata, rests := simParam[[]string](s, types, from+6), simParam[[]int16](s, types, from+7)
	s.notifies = simParam[bool](s, types, from+9)
	var events []*simEvent
	at := time.Now().Truncate(time.Microsecond)
	for i := range ids {
		e := &simEvent{Event: Event{
			ID: ids[i].String(), Type: names[i], Tags: Tags{}, Data: data[i], Position: base + int64(i) + 1,
			CausationID: causation[i], CorrelationID: correlation[i], RecordedAt: at.Add(time.Duration(i) * time.Microsecond),
		}, rest: rests[i]}
		_ = json.Unmarshal([]byte(metadata[i]), &e.Metadata) // the empty text is none
		for _, tag := range s.array(tags[i]) {
			e.Tags = append(e.Tags, Tag(tag))
		}
		events = append(events, e)
		rows = append(rows, []any{e.Position, e.RecordedAt})
	}
	return rows, s.server.insert(s, events)
}

// lookUp is lookUpSQL.
func (s *simSession) lookUp(string) (rows [][]any, err error) {
	log := s.visible()
	ids, types := simParam[[]pgtype.UUID](s, simStoreLookUp, 0), simParam[[]string](s, simStoreLookUp, 1)
	tags, data := simParam[[]string](s, simStoreLookUp, 2), simParam[[]string](s, simStoreLookUp, 3)
	for i := range ids {
		at := slices.IndexFunc(log, func(e *simEvent) bool { return e.ID == ids[i].String() })
		if at < 0 {
			continue
		}
		e, given := log[at], Tags{}
		for _, tag := range s.array(tags[i]) {
			given = append(given, Tag(tag))
		}
		same := e.Type == types[i] && isSubset(e.Tags, given) && isSubset(given, e.Tags) && string(e.Data) == data[i]
		rows = append(rows, []any{int64(i + 1), e.Position, e.RecordedAt, same, e.rest, at > 0 && log[at-1].rest > 0})
	}
	return rows, nil
}
