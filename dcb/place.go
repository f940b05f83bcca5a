package dcb

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// A consumer's place is how far it has come: a row of dcb_consumer.

// A standing is the place of a consumer, and what else is known about it.
type standing struct {
	Checkpoint
	known bool       // false if the consumer has never run
	free  bool       // no process is active
	there bool       // the log has the event at the place
	head  Checkpoint // where the log ends
}

// lookSQL returns the place of the consumer $1, as of one moment. It changes nothing. With
// exists, PostgreSQL 18 would read the whole log while it is short, although enable_seqscan
// is off.
const lookSQL = `
	select coalesce(c.position, 0), coalesce(c.event_id::text, ''), coalesce(c.recorded_at, 'epoch'),
	       c.name is not null,
	       coalesce(c.until < clock_timestamp(), true),
	       coalesce(c.position, 0) = 0 or coalesce((
	           select e.id = c.event_id and e.recorded_at = c.recorded_at
	           from dcb_event as e
	           where e.position = c.position), false),
	       coalesce(head.position, 0), coalesce(head.id::text, ''), coalesce(head.recorded_at, 'epoch')
	from (select $1::text as name) as wanted
	left join dcb_consumer as c on c.name = wanted.name
	left join (select position, id, recorded_at from dcb_event order by position desc limit 1) as head on true`

// look returns where a consumer is. Its error matches [ErrOtherHistory] if that is not in the log.
func (s *Store) look(ctx context.Context, name string) (p standing, err error) {
	if err := s.open(); err != nil {
		return p, err
	}
	err = s.query(ctx, lookSQL, []any{name}, func(results pgx.BatchResults) error {
		return results.QueryRow().Scan(&p.Position, &p.EventID, &p.RecordedAt, &p.known, &p.free, &p.there,
			&p.head.Position, &p.head.EventID, &p.head.RecordedAt)
	})
	switch {
	case err != nil:
		return p, noTable(err)
	case p.Position == 0:
		p.Checkpoint = Checkpoint{}
	case !p.there:
		return p, &OtherHistoryError{Known: p.Checkpoint, Head: p.head}
	}
	return p, nil
}

// noTable says which migration is missing, if that is why a statement failed.
func noTable(err error) error {
	if hasCode(err, "42P01") {
		return fmt.Errorf("%w: %w", errNoTable, err)
	}
	return err
}

// Place returns how far a consumer has come, whichever process runs it. The lag is how many
// events the log has after that place, whether the query matches them or not. A consumer that
// has never run is at the beginning of the log. If the log does not have the place any
// more, the error matches [ErrOtherHistory].
func (s *Store) Place(ctx context.Context, name string) (place Checkpoint, lag int64, err error) {
	err = checkName(name)
	if err == nil {
		p, lookErr := s.look(ctx, name)
		place, lag, err = p.Checkpoint, p.head.Position-p.Position, lookErr
	}
	if err != nil {
		return Checkpoint{}, 0, fmt.Errorf("look for the place of consumer %.40q: %w", name, err)
	}
	return place, lag, nil
}

// The pause between two looks of WaitFor doubles from the first to the last. Most often the
// consumer gets there within a few milliseconds.
const (
	firstLook = 2 * time.Millisecond
	lastLook  = 64 * time.Millisecond
)

// WaitFor waits until a consumer has come to a position, whichever process runs it. Then it has
// handled all events up to there. When the context is done, the error says where the
// consumer is.
func (s *Store) WaitFor(ctx context.Context, name string, position int64) error {
	at, err := s.waitFor(ctx, name, position)
	if err != nil {
		return fmt.Errorf("wait for consumer %.40q, which is at %d, to come to %d: %w", name, at, position, err)
	}
	return nil
}

func (s *Store) waitFor(ctx context.Context, name string, position int64) (at int64, err error) {
	if err := cmp.Or(checkName(name), At(position).Check()); err != nil {
		return 0, err
	}
	for look := firstLook; ; look = min(2*look, lastLook) {
		p, err := s.look(ctx, name)
		if ctx.Err() != nil {
			return at, ctx.Err()
		}
		if at = p.Position; err != nil || at >= position {
			return at, err
		}
		_ = pause(ctx, look)
	}
}

const (
	lockPlaceSQL = `select position, coalesce(event_id::text, ''), coalesce(recorded_at, 'epoch') from dcb_consumer where name = $1 for update`

	insertPlaceSQL = `insert into dcb_consumer (name, position, event_id, recorded_at)
		values ($1, $2::bigint, nullif($3, '')::uuid, case when $2::bigint > 0 then $4::timestamptz end)
		on conflict (name) do `

	setPlaceSQL = insertPlaceSQL + `update
		set position = excluded.position, event_id = excluded.event_id, recorded_at = excluded.recorded_at, holder = '', until = '-infinity'`

	// Those events are handled again.
	unparkBehindSQL = `delete from dcb_parked where consumer = $1 and position > $2::bigint`
)

// MoveTo moves a consumer to another place, in a transaction of the caller, and returns the place
// before. In the same transaction the caller undoes what the consumer did with the events
// after the new place. So a table can be rebuilt from the beginning, or from where
// [OtherHistoryError] says that both histories are the same.
//
// From MoveTo until the transaction ends, the consumer waits; then it goes on from the new place.
// Parked events after that place are no longer parked, because they are handled again. If
// the log does not have the place, the error matches [ErrBeyondHead] or [ErrOtherHistory].
func (s *Store) MoveTo(ctx context.Context, tx pgx.Tx, name string, to Checkpoint) (from Checkpoint, err error) {
	if err = checkName(name); err == nil {
		from, err = s.moveTo(ctx, tx, name, to)
	}
	if err != nil {
		return Checkpoint{}, fmt.Errorf("move consumer %.40q to %d: %w", name, to.Position, err)
	}
	return from, nil
}

func (s *Store) moveTo(ctx context.Context, tx pgx.Tx, name string, to Checkpoint) (from Checkpoint, err error) {
	to, err = s.inTx(tx).whole(ctx, to)
	if err != nil {
		return from, err
	}
	rows, _ := tx.Query(ctx, lockPlaceSQL, name) // ForEachRow returns the error
	_, err = pgx.ForEachRow(rows, []any{&from.Position, &from.EventID, &from.RecordedAt}, func() error { return nil })
	if err != nil {
		return from, noTable(err)
	}
	if from.Position == 0 {
		from = Checkpoint{}
	}
	var trip pgx.Batch
	trip.Queue(setPlaceSQL, name, to.Position, to.EventID, to.RecordedAt)
	trip.Queue(unparkBehindSQL, name, to.Position)
	return from, tx.SendBatch(ctx, &trip).Close()
}

// whole returns a checkpoint with the event at its position. Its error says that the log does
// not have it.
func (r reader) whole(ctx context.Context, c Checkpoint) (Checkpoint, error) {
	if err := c.Check(); err != nil || c.Position == 0 {
		return Checkpoint{}, err
	}
	events, _, err := r.readAll(ctx, AllEvents(), ReadOptions{After: c.Position - 1}.upTo(c.Position), c)
	if err != nil {
		return Checkpoint{}, err
	}
	return events[0].Checkpoint(), nil
}
