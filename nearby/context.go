package nearby

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
)

// A choice says where the reads of a context go.
type choice struct {
	standby *standby // nil for the primary
	why     string   // the primary was chosen
}

type choiceKey struct{}

func choiceOf(ctx context.Context) choice {
	c, _ := ctx.Value(choiceKey{}).(choice)
	return c
}

func (c choice) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, choiceKey{}, c)
}

// OnPrimary returns a context whose reads go to the primary. why is the rest of a sentence.
func OnPrimary(ctx context.Context, why string) context.Context { return choice{why: why}.in(ctx) }

// Pool returns the pool to read from: that of the standby that was chosen for the context, or else
// the primary's.
func Pool(ctx context.Context, primary *pgxpool.Pool) *pgxpool.Pool {
	if chosen := choiceOf(ctx).standby; chosen != nil {
		return chosen.pool
	}
	return primary
}

// Log returns the log to read from: that of the standby that was chosen for the context, or
// else the primary's. Never decide on it.
func Log(ctx context.Context, primary *dcb.Store) *dcb.Store {
	if chosen := choiceOf(ctx).standby; chosen != nil {
		return chosen.log.Load()
	}
	return primary
}

// IsChosen reports whether a standby was chosen for the context.
func IsChosen(ctx context.Context) bool { return choiceOf(ctx).standby != nil }

// Source says in a few words where the reads of a context go, or "" if nothing was chosen.
func Source(ctx context.Context) string {
	switch c := choiceOf(ctx); {
	case c.standby != nil:
		return "a standby"
	case c.why != "":
		return "the primary, since " + c.why
	default:
		return ""
	}
}

// Reached returns a place behind everything that was read with the context so far.
func (s *Standbys) Reached(ctx context.Context) (Place, error) {
	chosen := choiceOf(ctx).standby
	if chosen == nil {
		return s.Now(ctx)
	}
	ctx, answered := context.WithTimeout(ctx, longestLook)
	defer answered()
	var place *Place
	if err := chosen.pool.QueryRow(ctx, `select (pg_last_wal_replay_lsn() - '0/0')::bigint`).Scan(&place); err != nil || place == nil {
		return s.Now(context.WithoutCancel(ctx)) // a standby has nothing that the primary has not
	}
	return *place, nil
}

// Now returns the place behind everything that the primary has committed.
func (s *Standbys) Now(ctx context.Context) (Place, error) {
	ctx, answered := context.WithTimeout(ctx, longestLook)
	defer answered()
	var place *Place
	err := s.primary.QueryRow(ctx, `select `+primaryPlaceSQL).Scan(&place)
	if err == nil && place == nil {
		err = errors.New("it is a standby itself")
	}
	if err != nil {
		return 0, fmt.Errorf("ask the primary how far it is: %w", err)
	}
	return *place, nil
}
