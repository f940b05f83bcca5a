package dcb

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// appendOfSQL finds the first and the last event of the append that stored the event at $1. The
// events of an append stand together, so it begins right after the last event of the append before.
const appendOfSQL = `
	select coalesce((
	           select front.position
	           from dcb_event as front
	           where front.position < e.position and coalesce(front.append_rest, 0) = 0
	           order by front.position desc
	           limit 1
	       ), 0) + 1,
	       last.position, last.id::text, last.recorded_at
	from dcb_event as e
	join dcb_event as last on last.position = e.position + coalesce(e.append_rest, 0)
	where e.position = $1`

// AppendOf returns the append that stored the event at a position: the position of its
// first event, and the checkpoint of its last one. The log never ended in between, so a state
// that is computed from a part of an append was never true.
//
// Each event that was stored before 0006_dcb_append.sql counts as an append of its own. The
// error matches [ErrBeyondHead] if there is no such event.
func (s *Store) AppendOf(ctx context.Context, position int64) (first int64, last Checkpoint, err error) {
	if err := s.open(); err != nil {
		return 0, Checkpoint{}, fmt.Errorf("look for an append: %w", err)
	}
	err = s.query(ctx, appendOfSQL, []any{position}, func(results pgx.BatchResults) error {
		rows, _ := results.Query() // ForEachRow returns the error
		_, err := pgx.ForEachRow(rows, []any{&first, &last.Position, &last.EventID, &last.RecordedAt}, func() error { return nil })
		return err
	})
	if err == nil && first == 0 {
		err = fmt.Errorf("%w: there is no event at %d", ErrBeyondHead, position)
	}
	if err != nil {
		return 0, Checkpoint{}, fmt.Errorf("look for an append: %w", err)
	}
	return first, last, nil
}

// wholeAppends completes the last append of a page of events: it reads the rest of it. It returns
// all events, and the checkpoint at which that append ends.
func (s *Store) wholeAppends(ctx context.Context, query Query, events []Event) ([]Event, Checkpoint, error) {
	known := events[len(events)-1].Checkpoint()
	_, end, err := s.AppendOf(ctx, known.Position)
	if err != nil || end.Position == known.Position {
		return events, known, err
	}
	rest, _, err := s.readAll(ctx, query, ReadOptions{After: known.Position}.upTo(end.Position), known)
	return append(events, rest...), end, err
}
