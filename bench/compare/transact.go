package main

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// inOneTrip sends a whole transaction at once, from its begin to its commit.
func inOneTrip(ctx context.Context, pool *pgxpool.Pool, all *pgx.Batch) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	err = conn.SendBatch(ctx, all).Close()
	if err != nil {
		_, _ = conn.Exec(ctx, `rollback`) // what went wrong is known already
	}
	return lostRace(err)
}

// inTwoTrips sends a transaction in two parts: look, which begins it, and store, which commits
// it. Between them decide may refuse. Then nothing is stored, and the transaction commits:
// at serializable, what it has read is only true if it can commit.
func inTwoTrips(ctx context.Context, pool *pgxpool.Pool, look *pgx.Batch, decide func() error, store *pgx.Batch) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	var refusal error
	err = conn.SendBatch(ctx, look).Close()
	if err == nil {
		if refusal = decide(); refusal != nil {
			_, err = conn.Exec(ctx, `commit`)
		} else {
			err = conn.SendBatch(ctx, store).Close()
		}
	}
	if err != nil {
		_, _ = conn.Exec(ctx, `rollback`) // what went wrong is known already
		return lostRace(err)
	}
	return refusal
}
