// Package migrations applies all the DDL there is: plain SQL files, numbered and
// forward only, embedded into the program. Those of the event log stand in dcb/dcbschema,
// and all others here.
package migrations

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

const insufficientPrivilege = "42501"

// Apply brings the database up to date and returns how many migrations it
// applied, 0 when there was nothing to do.
//
// Several processes may call it at once: a PostgreSQL session lock lets one of
// them work while the others wait, and then find nothing left to do. waiting is called once
// if that takes longer than a second; it may be nil.
//
// If there is nothing to do, it takes no lock and no right to change tables. If there
// is something, it takes a direct connection: behind a pooler the lock would stay with
// a session that serves somebody else. A database that is newer than the program is an
// error.
func Apply(ctx context.Context, databaseURL string, waiting func()) (int, error) {
	pool, err := pgxpool.ParseConfig(databaseURL) // which knows the settings of a pool from those of the server
	if err != nil {
		return 0, fmt.Errorf("open the database: %w", err)
	}
	config := pool.ConnConfig
	config.DefaultQueryExecMode = pgx.QueryExecModeExec // a prepared statement would stay with the session, too
	switch done, err := isUpToDate(ctx, config); {
	case err != nil:
		return 0, fmt.Errorf("look for migrations: %w", err)
	case done:
		return 0, nil
	}

	// What a migration means must not depend on the defaults of the database or the role.
	config.RuntimeParams["client_encoding"] = "UTF8"
	config.RuntimeParams["standard_conforming_strings"] = "on"
	config.RuntimeParams["default_transaction_read_only"] = "off"
	db := stdlib.OpenDB(*config)
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, Files, goose.WithSessionLocker(sessionLock{waiting}))
	if err != nil {
		return 0, fmt.Errorf("load the migrations: %w", err)
	}
	results, err := provider.Up(ctx)
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == insufficientPrivilege {
		err = errors.New(`the role may not make or change tables: run "webapp migrate" once as the role that owns them`)
	}
	if err != nil {
		return 0, fmt.Errorf("apply the migrations: %w", err)
	}
	return len(results), nil
}

// isUpToDate reports whether every migration is applied, and changes nothing. If one is
// missing, its error says why it can't be applied, as far as that can be known before.
func isUpToDate(ctx context.Context, config *pgx.ConnConfig) (bool, error) {
	db := stdlib.OpenDB(*config)
	defer db.Close()
	const look = `select coalesce(current_schema(), ''), current_setting('search_path'),
		exists (select from pg_tables where schemaname = current_schema() and tablename = 'goose_db_version')`
	var schema, path string
	var begun bool
	if err := db.QueryRowContext(ctx, look).Scan(&schema, &path, &begun); err != nil {
		return false, err
	}
	if schema == "" {
		return false, fmt.Errorf("there is no schema to make tables in: create the one that the search_path names, which is %s", path)
	}
	if begun { // asking would make the table
		provider, err := goose.NewProvider(goose.DialectPostgres, db, Files)
		if err != nil {
			return false, err
		}
		if current, known, err := provider.GetVersions(ctx); err != nil || current > known {
			return false, cmp.Or(err, fmt.Errorf("the database has migration %d, of a newer version of the program, and this one knows %d: run the newer one", current, known))
		}
		if pending, err := provider.HasPending(ctx); err != nil || !pending {
			return err == nil, err
		}
	}
	return false, checkDirect(ctx, db)
}

// checkDirect fails behind a pooler.
func checkDirect(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		pooled, err := SharesSessions(ctx, driver.(*stdlib.Conn).Conn())
		if err == nil && pooled {
			err = errors.New("the database has to be migrated, which takes a direct connection, and there is a connection pooler in between: " +
				`run "webapp migrate" once with a DATABASE_URL that leads to the server itself`)
		}
		return err
	})
}

// SharesSessions reports whether a pooler stands between this connection and the server.
// In its transaction mode a session serves somebody else after each transaction, with
// the locks and settings that it has by then. A pooler gives its clients process IDs of
// its own.
func SharesSessions(ctx context.Context, conn *pgx.Conn) (bool, error) {
	var pid uint32
	err := conn.QueryRow(ctx, `select pg_backend_pid()`, pgx.QueryExecModeExec).Scan(&pid)
	return err == nil && pid != conn.PgConn().PID(), err
}
