package dcb

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// The columns are in the order of an Event's fields.
const findSQL = `select id::text, type, tags, data, position, coalesce(causation_id, ''), coalesce(correlation_id, ''), metadata, recorded_at
	from dcb_event where id = any ($1::uuid[]) order by position`

// Find returns the events that have these IDs, in the order of positions. IDs that no
// event has are passed over, and so are texts that are no IDs of events, as a
// causation ID may be.
func (s *Store) Find(ctx context.Context, ids ...string) ([]Event, error) {
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("find events: %w", err)
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !isUUID(id) })
	if len(ids) == 0 {
		return nil, nil
	}
	var events []Event
	err := s.query(ctx, findSQL, []any{ids}, func(results pgx.BatchResults) (err error) {
		rows, _ := results.Query() // CollectRows returns the error
		events, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Event])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find events: %w", err)
	}
	return events, nil
}
