package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"go-crablet/internal/pgurl"
	"go-crablet/migrations"
)

// protocolViolation is the code with which PgBouncer refuses a transaction in the mode statement.
const protocolViolation = "08P01"

// oldestPostgres is the oldest version that will do, as server_version_num has it.
const oldestPostgres = 150000

// checkDatabase says in a sentence why a database can't be used. If it can, pooled tells
// whether a connection pooler stands in front of it. which names the database in errors.
func checkDatabase(ctx context.Context, url, which string, logger *slog.Logger) (pooled bool, err error) {
	if _, err := pgx.ParseConfig(url); err != nil && which == privateDatabase { // the environment has a wrong PGPORT, say
		return false, fmt.Errorf("find %s: %w", which, oneLine(err))
	}
	pool, err := pgurl.Database.Parse(url)
	if err != nil {
		return false, err
	}
	config := pool.ConnConfig
	config.ConnectTimeout = 5 * time.Second
	mode := config.DefaultQueryExecMode
	config.DefaultQueryExecMode = pgx.QueryExecModeExec // a prepared statement would stay in a pooler's session
	conn, err := connectOnceUp(ctx, config, logger)
	if errors.Is(err, pgconn.ErrReadOnlyConnection) {
		return false, readOnly(which)
	}
	if err != nil {
		return false, fmt.Errorf("connect to %s: %w", which, oneLine(err))
	}
	defer conn.Close(ctx)
	var number int
	var version, encoding string
	var recovers bool
	const ask = `select current_setting('server_version_num')::int, current_setting('server_version'), current_setting('server_encoding'), pg_is_in_recovery()`
	if err := conn.QueryRow(ctx, ask).Scan(&number, &version, &encoding, &recovers); err != nil {
		return false, oneLine(err)
	}
	if recovers {
		return false, readOnly(which)
	}
	if number < oldestPostgres {
		return false, fmt.Errorf("the database is PostgreSQL %s, and version 15 or later is needed", version)
	}
	if encoding != "UTF8" { // visitors write in any script
		return false, fmt.Errorf("the encoding of the database is %s, and it has to be UTF8: create another database, with encoding 'UTF8'", encoding)
	}
	if pooled, err = migrations.SharesSessions(ctx, conn); err != nil {
		return false, oneLine(err)
	}
	if pooled && mode == pgx.QueryExecModeDescribeExec {
		// This mode describes and then executes an unnamed statement. In between, the pooler may
		// let another client replace it.
		return false, errors.New("there is a connection pooler in front of the database, and default_query_exec_mode=describe_exec is not safe there: leave it out of DATABASE_URL")
	}
	if pooled {
		err = checkTransactions(ctx, conn)
	}
	return pooled, err
}

// checkTransactions says in a sentence if a pooler takes no transaction of several trips. An append
// that takes one trip would be stored even so, and no page would show it.
func checkTransactions(ctx context.Context, conn *pgx.Conn) error {
	tx, err := conn.Begin(ctx)
	if err == nil {
		err = tx.Rollback(ctx)
	}
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == protocolViolation {
		return errors.New("there is a connection pooler in front of the database that takes no transactions: set its pool_mode to transaction")
	}
	if err != nil {
		return oneLine(err)
	}
	return nil
}

// readOnly says that a database can't be written to. which names the database.
func readOnly(which string) error {
	const says = " is a standby, or still recovers, and nothing can be stored there"
	if which == privateDatabase {
		return errors.New(which + says)
	}
	return errors.New("the server that DATABASE_URL names" + says + ": name the primary, or all hosts with target_session_attrs=read-write")
}
