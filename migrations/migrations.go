// Package migrations creates and changes the tables of the program's database. The SQL files
// are numbered, embedded into the program, and never edited once they are released: a change
// is a new file. Those of the event log are in dcb/dcbschema, and all others here. Tests apply
// the same files.
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

const (
	insufficientPrivilege = "42501"
	howToGrant            = ": the role that owns them has to grant it select, insert, update and delete on all of them"
)

// Apply applies the migrations that the database does not have yet, and returns how many
// those were.
//
// Several processes may call it at once. A session lock of PostgreSQL lets one of them work;
// the others wait, and then find nothing to do. waiting is called once if that takes longer
// than a second; it may be nil.
//
// If there is nothing to do, Apply takes no lock, and needs no right to change tables. Then it
// fails if the role may not write them, so that a program doesn't start that can store nothing.
//
// If there is something to do, it needs a direct connection to the server: behind a pooler, the
// lock would stay with a session that serves somebody else. It fails if the database has a
// migration that this program does not know.
func Apply(ctx context.Context, databaseURL string, waiting func()) (int, error) {
	pool, err := pgxpool.ParseConfig(databaseURL) // it tells the settings of a pool from those of the server
	if err != nil {
		return 0, fmt.Errorf("open the database: %w", err)
	}
	config := pool.ConnConfig
	config.DefaultQueryExecMode = pgx.QueryExecModeExec // a prepared statement would stay with a pooler's session
	switch done, err := isUpToDate(ctx, config); {
	case isForbidden(err):
		return 0, errors.New("look for migrations: the role may not read the tables" + howToGrant)
	case err != nil:
		return 0, fmt.Errorf("look for migrations: %w", err)
	case done:
		return 0, nil
	}

	// A migration means the same whatever the defaults of the database and the role are.
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
	if isForbidden(err) {
		err = errors.New(`the role may not make or change tables: run "webapp migrate" once as the role that owns them`)
	}
	if err != nil {
		return 0, fmt.Errorf("apply the migrations: %w", err)
	}
	return len(results), nil
}

func isForbidden(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == insufficientPrivilege
}

// isUpToDate reports whether every migration is applied, and changes nothing. It fails if it
// can tell already that a missing migration can't be applied.
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
	if begun { // otherwise goose would create this table
		provider, err := goose.NewProvider(goose.DialectPostgres, db, Files)
		if err != nil {
			return false, err
		}
		if current, known, err := provider.GetVersions(ctx); err != nil || current > known {
			return false, cmp.Or(err, fmt.Errorf("the database has migration %d, of a newer version of the program, and this one knows %d: run the newer one", current, known))
		}
		switch pending, err := provider.HasPending(ctx); {
		case err != nil:
			return false, err
		case !pending:
			return true, checkRights(ctx, db)
		}
	}
	return false, checkDirect(ctx, db)
}

// checkRights fails if the role may not append events. Which other tables it may write is seen
// when it does.
func checkRights(ctx context.Context, db *sql.DB) error {
	var mayAppend bool
	err := db.QueryRowContext(ctx, `select has_table_privilege('dcb_event', 'insert')`).Scan(&mayAppend)
	if err == nil && !mayAppend {
		err = errors.New("the role may read the tables and not write them" + howToGrant)
	}
	return err
}

// checkDirect fails if a pooler stands between the program and the server.
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

// SharesSessions reports whether a pooler stands between this connection and the server. Then
// another client may get the session after each transaction, with all its locks and
// settings. A pooler tells its clients other process IDs than the server's, which gives it
// away.
func SharesSessions(ctx context.Context, conn *pgx.Conn) (bool, error) {
	var pid uint32
	err := conn.QueryRow(ctx, `select pg_backend_pid()`, pgx.QueryExecModeExec).Scan(&pid)
	return err == nil && pid != conn.PgConn().PID(), err
}
