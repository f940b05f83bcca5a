package readmodel

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// longestStep bounds one step of work on the database: a server that says nothing for so
// long is taken for lost. TCP alone would wait for a quarter of an hour.
const longestStep = 6 * time.Second

// toChange begins a transaction that writes. It names level and access, so that no default
// of the database or the role applies. If the process is stopped in the middle, the server
// ends the transaction, and so its locks. Nothing of this outlives the transaction, so a
// pooler may share the session.
var toChange = pgx.TxOptions{BeginQuery: `begin isolation level read committed read write;
	set local idle_in_transaction_session_timeout = '5s';
	set local enable_seqscan = off;
	set local jit = off`}

// change calls do in a transaction, which may take longestStep.
func change(ctx context.Context, conn *pgx.Conn, do func(context.Context, pgx.Tx) error) error {
	return changeWithin(ctx, longestStep, conn, do)
}

func changeWithin(ctx context.Context, longest time.Duration, conn *pgx.Conn, do func(context.Context, pgx.Tx) error) error {
	ctx, done := context.WithTimeout(ctx, longest)
	defer done()
	return pgx.BeginTxFunc(ctx, conn, toChange, func(tx pgx.Tx) error { return do(ctx, tx) })
}

// walkIndexes makes the planner use indexes until the end of the transaction. Otherwise a
// plan made for a table of a few rows would read all of it, and a connection keeps its
// plans while the table grows.
//
// A table without a fitting index is still read as a whole. The planner then takes the query
// for so expensive that the server would compile it first, which takes longer than any of
// these queries.
const walkIndexes = `select set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)`

// endsWhenIdle makes the server end the transaction soon after this process was stopped in
// the middle: others wait for its locks.
const endsWhenIdle = `select set_config('idle_in_transaction_session_timeout', '5s', true)`
