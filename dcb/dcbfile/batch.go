package dcbfile

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"go-crablet/dcb"
)

// A batch has the events that are stored in one transaction.
type batch struct {
	after  int64 // the position before its first event
	line   int64 // the number of the line of its first event
	events []event
	tags   []tagged
	digest string // of all lines up to its last event
}

// A tagged is a row of dcb_event_tag.
type tagged struct {
	tag   dcb.Tag
	event int // the index in the batch
}

// batch reads the next events after the stored ones.
func (f *file) batch(ctx context.Context, stored, total int64) (batch, error) {
	b := batch{after: stored, line: f.line + 1}
	for bytes := 0; b.last() < total && bytes < batchBytes; {
		if err := ctx.Err(); err != nil {
			return b, err
		}
		line, err := f.next()
		if err != nil {
			return b, atEnd(err)
		}
		var e event
		if err := decode(line, &e, f.again); err != nil {
			return b, f.fault(err)
		}
		if err := e.check(b.last() + 1); err != nil {
			return b, f.fault(err)
		}
		f.digest.Write(line)
		bytes += len(line)
		b.add(e)
	}
	b.digest = digestOf(f.digest)
	// In the order of the index, each of its pages is visited once.
	slices.SortFunc(b.tags, func(x, y tagged) int { return cmp.Or(cmp.Compare(x.tag, y.tag), x.event-y.event) })
	return b, nil
}

func (b *batch) add(e event) {
	tags := slices.Clone(e.Tags)
	slices.Sort(tags)
	for _, tag := range slices.Compact(tags) { // an event may name a tag twice, and the index has it once
		b.tags = append(b.tags, tagged{tag, len(b.events)})
	}
	b.events = append(b.events, e)
}

// last is the position of the last event.
func (b *batch) last() int64 { return b.after + int64(len(b.events)) }

var (
	eventColumns = []string{"position", "id", "type", "tags", "data", "causation_id", "correlation_id", "metadata", "recorded_at", "append_rest", "bytes"}
	tagColumns   = []string{"tag", "position", "type"}
)

// copyInto stores the events in a table and their tags in the index.
func (b *batch) copyInto(ctx context.Context, tx pgx.Tx, events, tags pgx.Identifier) error {
	_, err := tx.CopyFrom(ctx, events, eventColumns, pgx.CopyFromSlice(len(b.events), func(i int) ([]any, error) {
		e := b.events[i]
		bytes, err := e.size()
		return []any{e.Position, e.ID, e.Type, e.Tags, e.Data, e.CausationID, e.CorrelationID, e.Metadata, e.RecordedAt, e.AppendRest, int32(bytes)}, err
	}))
	if err != nil {
		return b.faultOf(err, func(row int) int { return row })
	}
	_, err = tx.CopyFrom(ctx, tags, tagColumns, pgx.CopyFromSlice(len(b.tags), func(i int) ([]any, error) {
		row := b.tags[i]
		e := b.events[row.event]
		return []any{string(row.tag), e.Position, e.Type}, nil
	}))
	return b.faultOf(err, func(row int) int { return b.tags[row].event })
}

// rowOfCopy finds the number of a row where an error says its place, in any language: "COPY
// dcb_event_importing, line 12, column data".
var rowOfCopy = regexp.MustCompile(`^COPY \w+, \D*(\d+)`)

// faultOf returns an error of a COPY. If the database refused a value, that is a fault of the
// file. eventOf returns the index of the event of a row.
func (b *batch) faultOf(err error, eventOf func(row int) int) error {
	refused, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || !slices.Contains([]string{"22", "23", "54"}, refused.Code[:2]) { // values, constraints, limits
		return err
	}
	line := b.line
	if place := rowOfCopy.FindStringSubmatch(refused.Where); place != nil {
		row, _ := strconv.Atoi(place[1])
		line += int64(eventOf(row - 1))
	}
	if refused.ConstraintName == "dcb_event_id_is_unique" {
		return &FileError{line, "its ID is that of an event before it"}
	}
	return &FileError{line, "the database refuses it: " + refused.Message}
}
