package dcb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// A ParkedEvent is an event that a consumer could not handle, see [Consumer].Park. [Store.Find]
// returns the event itself.
type ParkedEvent struct {
	Checkpoint        // the event's position, ID and recorded time
	Tries      int    // before it was parked
	Error      string // of the last try
	ParkedAt   time.Time
}

const (
	parkSQL = `insert into dcb_parked (consumer, position, event_id, recorded_at, tries, error) values ($1, $2::bigint, $3::uuid, $4::timestamptz, $5::integer, $6)
		on conflict (consumer, position) do update
		set event_id = excluded.event_id, recorded_at = excluded.recorded_at, tries = excluded.tries, error = excluded.error, parked_at = default`

	parkedSQL = `select position, event_id::text, recorded_at, tries, error, parked_at
		from dcb_parked where consumer = $1 and ($2::bigint = 0 or position = $2::bigint) order by position`

	unparkSQL = `delete from dcb_parked where consumer = $1 and position = $2::bigint and event_id = $3::uuid`
)

const (
	notParked = InputError("it is not parked")

	longestError = 10_000 // bytes that are kept of the text of an error
)

// park keeps an event aside, and moves the place to the checkpoint to, after it.
func (f *following) park(ctx context.Context, e Event, to Checkpoint, tries int, cause error) error {
	return f.move(ctx, to, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, parkSQL, f.Name, e.Position, e.ID, e.RecordedAt, tries, storable(cause.Error()))
		return err
	})
}

// storable returns a text as PostgreSQL can store it: not too long, in UTF-8, without NUL bytes.
func storable(text string) string {
	text = text[:min(len(text), longestError)]
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\ufffd"), "\ufffd")
}

// Parked returns the events that a consumer has parked, in the order of positions.
func (s *Store) Parked(ctx context.Context, name string) (parked []ParkedEvent, err error) {
	if err = cmp.Or(checkName(name), s.open()); err == nil {
		parked, err = s.parked(ctx, name, 0)
	}
	if err != nil {
		return nil, fmt.Errorf("list what consumer %.40q has parked: %w", name, err)
	}
	return parked, nil
}

// parked returns the parked event at a position, or all of them if that is 0.
func (s *Store) parked(ctx context.Context, name string, position int64) (parked []ParkedEvent, err error) {
	err = s.query(ctx, parkedSQL, []any{name, position}, func(results pgx.BatchResults) error {
		rows, _ := results.Query() // CollectRows returns the error
		parked, err = pgx.CollectRows(rows, pgx.RowToStructByPos[ParkedEvent])
		return err
	})
	return parked, noTable(err)
}

// Retry hands a parked event to the consumer's Handle once more. In the same transaction the
// event stops being parked. Later events may have been handled before it.
//
// If Handle fails, Retry returns its error, and the event stays parked. If no event is parked at
// the position, perhaps because another Retry was faster, the error is an [InputError].
//
// Any process may call it, whether it follows or not.
func (s *Store) Retry(ctx context.Context, consumer Consumer, position int64) error {
	err := cmp.Or(consumer.check(), s.open())
	if err == nil {
		err = s.retry(ctx, consumer, position)
	}
	if err != nil {
		return fmt.Errorf("retry the event at %d, which consumer %.40q has parked: %w", position, consumer.Name, err)
	}
	return nil
}

func (s *Store) retry(ctx context.Context, c Consumer, position int64) error {
	if position < 1 {
		return notParked
	}
	parked, err := s.parked(ctx, c.Name, position)
	if err != nil || len(parked) == 0 {
		return cmp.Or(err, error(notParked))
	}
	at := parked[0].Checkpoint
	events, _, err := s.readAll(ctx, AllEvents(), ReadOptions{After: at.Position - 1}.upTo(at.Position), at)
	if err != nil {
		return err
	}
	err = s.handle(ctx, func(ctx context.Context, tx pgx.Tx) error { return c.Handle(ctx, tx, events) }, unparkSQL, c.Name, at.Position, at.EventID)
	if errors.Is(err, errOvertaken) {
		return notParked
	}
	return err
}
