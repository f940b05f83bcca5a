package lab

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
)

func readApart() Strategy {
	return Strategy{
		Name:   "read-apart",
		Title:  "Events and position read apart",
		Broken: true,
		Why: []string{
			"The append is right: it locks, checks its condition after the position that was read, and inserts.",
			"But events and position come from two statements, and so from two moments: what is stored in between is not among the events, and the position is behind it.",
			"The decision has never seen that event, and its append does not look for it any more.",
		},
		Shipped: "marten#5300 (events and version in two statements of one batch), occurrent#231 (one read per marker)",
		Gap:     BetweenEventsAndPosition,
		file:    "read_apart.go",
		open:    func(s *Site) dcb.Log { return twoMoments{s.store, s.pool} },
	}
}

// twoMoments is the real store, but for how it reads.
type twoMoments struct {
	store *dcb.Store
	pool  *pgxpool.Pool
}

// ReadSince reads the events, and then the position.
func (l twoMoments) ReadSince(ctx context.Context, query dcb.Query, after int64) ([]dcb.Event, int64, error) {
	events, _, err := l.store.ReadSince(ctx, query, after)
	if err != nil {
		return nil, 0, err
	}
	if err := gap(ctx); err != nil { // what is appended now has been read, says the position
		return nil, 0, err
	}
	var position int64
	err = l.pool.QueryRow(ctx, `select coalesce(max(position), 0) from dcb_event`).Scan(&position)
	return events, position, err
}

// AppendEvents implements [dcb.Log].
func (l twoMoments) AppendEvents(ctx context.Context, events []dcb.InputEvent, query dcb.Query, after int64) (int64, error) {
	return l.store.AppendEvents(ctx, events, query, after)
}
