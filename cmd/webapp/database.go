package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/localpg"
	"go-crablet/migrations"
)

const (
	// mostConnections is how many the pool opens, unless DATABASE_URL has another number in
	// pool_max_conns. Decisions queue for the append lock anyway. With fewer than
	// fewestConnections, requests wait for each other's.
	mostConnections   = 16
	fewestConnections = 4

	// A server that is there answers in this time. One whose machine is gone costs it once
	// for each connection, and the other hosts of DATABASE_URL are tried after it.
	longestConnect = 3 * time.Second
	longestPing    = 2 * time.Second

	oldestPostgres = 150000 // as server_version_num has it
)

// Which database it is, in words.
const (
	namedDatabase   = "the database that DATABASE_URL names"
	privateDatabase = "the private PostgreSQL"
)

// A database is the one that the program works on, migrated and ready.
type database struct {
	pool   *pgxpool.Pool
	name   string          // "PostgreSQL 18.1"
	server *localpg.Server // the private one, or nil
	logger *slog.Logger
}

// openDatabase connects to DATABASE_URL, or else to a private server.
func openDatabase(ctx context.Context, o options, logger *slog.Logger) (db *database, err error) {
	db = &database{logger: logger}
	defer func() {
		if err != nil {
			db.Close()
		}
	}()
	url, which := o.databaseURL, namedDatabase
	if url == "" {
		data, err := o.dataDir()
		if err != nil {
			return db, err
		}
		if db.server, err = localpg.Start(ctx, localpg.Config{Dir: filepath.Join(data, "postgresql"), Log: logger}); err != nil {
			return db, err
		}
		url, which = db.server.URL("postgres"), privateDatabase
	}
	pooled, err := checkDatabase(ctx, url, which, logger)
	if err != nil {
		return db, err
	}
	if _, err := migrations.Apply(ctx, url, waitsToMigrate(logger)); err != nil {
		return db, oneLine(err)
	}
	config, err := poolConfig(url, pooled)
	if err != nil {
		return db, err
	}
	if pooled {
		logger.Info("there is a connection pooler in front of the database: the log is looked at every now and then, since nothing can listen")
	}
	if db.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return db, err
	}
	var version string
	if err := db.pool.QueryRow(ctx, `select split_part(current_setting('server_version'), ' ', 1)`).Scan(&version); err != nil {
		return db, err
	}
	db.name = "PostgreSQL " + version
	return db, nil
}

// poolConfig returns how to connect to a database that checkDatabase has looked at.
func poolConfig(url string, pooled bool) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	switch chosen, err := hasPoolSize(url); {
	case err != nil:
		return nil, err
	case !chosen:
		config.MaxConns = mostConnections
	case config.MaxConns < fewestConnections:
		return nil, fmt.Errorf("pool_max_conns=%d in DATABASE_URL is too few: at least %d are needed, and %d are opened without it",
			config.MaxConns, fewestConnections, mostConnections)
	}
	config.ConnConfig.ConnectTimeout = longestConnect
	config.PingTimeout = longestPing
	// Whatever the defaults of the database are, literals and texts are read as they were
	// written. Poolers take these two settings along from session to session, unlike others.
	config.ConnConfig.RuntimeParams["standard_conforming_strings"] = "on"
	config.ConnConfig.RuntimeParams["client_encoding"] = "UTF8"
	if pooled && !strings.Contains(url, "default_query_exec_mode") {
		// Prepared statements belong to a session, which may be another one next time.
		config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	return config, nil
}

// hasPoolSize reports whether a URL has a size of the pool in it.
func hasPoolSize(url string) (bool, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return false, err
	}
	_, has := config.RuntimeParams["pool_max_conns"] // which pgx itself takes for a setting of the server
	return has, nil
}

// longestClose is how long a server is given to say goodbye to each connection.
const longestClose = 3 * time.Second

// Close closes the pool and then lets go of the private server. It leaves connections
// behind that a silent server does not close, for the end of the program.
func (db *database) Close() {
	if db.pool != nil {
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			db.pool.Close()
		}()
		select {
		case <-closed:
		case <-time.After(longestClose):
		}
	}
	if db.server != nil {
		if err := db.server.Close(); err != nil { // it ends without us, sooner or later
			db.logger.Warn("the private PostgreSQL is left behind", "error", oneLine(err))
		}
	}
}

// checkDatabase says in a sentence why a database can't be used, and if it can, whether
// there is a pooler in front of it. which is the database in words.
func checkDatabase(ctx context.Context, url, which string, logger *slog.Logger) (pooled bool, err error) {
	if _, err := pgx.ParseConfig(url); err != nil {
		if which == privateDatabase {
			return false, fmt.Errorf("find %s: %w", which, oneLine(err))
		}
		return false, errors.New("DATABASE_URL is no address of a PostgreSQL; it looks like postgres://user:secret@localhost:5432/courses")
	}
	pool, err := pgxpool.ParseConfig(url)
	if err != nil { // a setting of the pool
		return false, fmt.Errorf("DATABASE_URL has a setting in it that can't be read: %w", rootCause(err))
	}
	config := pool.ConnConfig
	config.ConnectTimeout = 5 * time.Second
	mode := config.DefaultQueryExecMode
	config.DefaultQueryExecMode = pgx.QueryExecModeExec // a pooler would keep what is prepared
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
	if encoding != "UTF8" { // visitors may write in any script
		return false, fmt.Errorf("the encoding of the database is %s, and it has to be UTF8: create another database, with encoding 'UTF8'", encoding)
	}
	if pooled, err = migrations.SharesSessions(ctx, conn); err != nil {
		return false, oneLine(err)
	}
	if pooled && mode == pgx.QueryExecModeDescribeExec {
		// Between its two steps, somebody else's statement may take the place of ours.
		return false, errors.New("there is a connection pooler in front of the database, and default_query_exec_mode=describe_exec is not safe there: leave it out of DATABASE_URL")
	}
	return pooled, nil
}
