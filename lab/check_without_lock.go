package lab

import (
	"cmp"
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
)

func checkWithoutLock() Strategy {
	return Strategy{
		Name:   "check-without-lock",
		Title:  "Check without a lock",
		Broken: true,
		Cause:  "Two appends check before either of them inserts.",
		Why: []string{
			"The append checks its condition, which is the right one, and then it inserts the event.",
			"Two appends check at the same time. Both find nothing new, and both insert.",
			"A transaction around check and insert does not help: at read committed, neither sees what the other has not committed yet.",
		},
		Shipped: "marten#4591 (6 of 8 racers committed), polecat#515 (16 of 16), dcb-event-store#13, rodolfodpk/go-crablet",
		Window:  BetweenCheckAndInsert,
		file:    "check_without_lock.go",
		ddl:     `create sequence next_position`,
		open:    func(s *Site) dcb.Log { return unlocked{s.store, s.pool} },
	}
}

// unlocked checks as the real store does, and inserts without the store's lock.
type unlocked struct {
	dcb.Log
	pool *pgxpool.Pool
}

// AppendAfter checks the condition, and then inserts the events.
func (l unlocked) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (last int64, err error) {
	if err := dcb.CheckAppend(ctx, events, query, known); err != nil {
		return 0, err
	}
	meanwhile, _, err := l.ReadSince(ctx, query, known)
	if err != nil {
		return 0, err
	}
	if len(meanwhile) > 0 {
		return l.Log.AppendAfter(ctx, events, query, known) // which returns the conflict
	}
	if err := waitInWindow(ctx); err != nil { // an append that checks now finds nothing either
		return 0, err
	}
	// Without a lock, max(position) + 1 may be taken by another append. So there is a sequence.
	const insert = `
		with stored as (
			insert into dcb_event (position, id, type, tags, data, causation_id, correlation_id, append_rest, bytes, metadata)
			values (nextval('next_position'), $1, $2, $3, $4, nullif($5, ''), nullif($6, ''), $7, $8, $9)
			returning position, type, tags
		), tagged as (
			insert into dcb_event_tag (tag, position, type)
			select distinct unnest(tags), position, type from stored
		)
		select position from stored`
	var batch pgx.Batch // one transaction
	for i, e := range events {
		batch.Queue(insert, cmp.Or(e.ID, dcb.NewID()), e.Type, texts(e.Tags), string(e.Data),
			cmp.Or(e.CausationID, dcb.CausationID(ctx)), dcb.CorrelationID(ctx), len(events)-1-i, size(e), dcb.Metadata(ctx)).
			QueryRow(func(row pgx.Row) error { return row.Scan(&last) })
	}
	err = l.pool.SendBatch(context.WithoutCancel(ctx), &batch).Close()
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.ConstraintName == "dcb_event_id_is_unique" {
		return l.Log.AppendAfter(ctx, events, query, known) // which recognises a repeated append
	}
	return last, err
}
