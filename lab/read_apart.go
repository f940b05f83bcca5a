package lab

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
)

func readApart() Strategy {
	return Strategy{
		Name:   "read-apart",
		Title:  "Events and position read apart",
		Broken: true,
		Cause:  "What is stored between the two reads is never asked about.",
		Why: []string{
			"The append is right: it locks, checks its condition after the position that was read, and inserts.",
			"But one statement reads the events, and another the position: an event that is stored in between is not among the events, but the position is already past it.",
			"The decision has never seen that event, and the condition of its append does not cover it.",
		},
		Shipped: "marten#5300 (events and version in two statements of one batch), occurrent#231 (one read per marker)",
		Window:  BetweenEventsAndPosition,
		file:    "read_apart.go",
		open:    func(s *Site) dcb.Log { return twoMoments{s.store, s.pool} },
	}
}

// twoMoments is the real store, except for how it reads.
type twoMoments struct {
	dcb.Log
	pool *pgxpool.Pool
}

// ReadSince reads the events, and then the position.
func (l twoMoments) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) (events []dcb.Event, head dcb.Checkpoint, err error) {
	events, _, err = l.Log.ReadSince(ctx, query, after)
	if err != nil {
		return nil, head, err
	}
	if err := waitInWindow(ctx); err != nil { // the position will be past what is appended now
		return nil, head, err
	}
	const last = `select position, id::text, recorded_at from dcb_event order by position desc limit 1`
	err = l.pool.QueryRow(ctx, last).Scan(&head.Position, &head.EventID, &head.RecordedAt)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return events, head, err
}
