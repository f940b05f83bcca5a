package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/localpg"
	"go-crablet/internal/pgurl"
	"go-crablet/migrations"
)

const (
	// The pool opens mostConnections, unless DATABASE_URL has another number in
	// pool_max_conns: decisions queue for the append lock anyway. With fewer than
	// fewestConnections, requests wait for the connections of others.
	mostConnections   = 16
	fewestConnections = 4

	// A server that is up answers in this time.
	longestConnect = 3 * time.Second
	longestPing    = 2 * time.Second
)

// The two databases that the program can work on, as errors name them.
const (
	namedDatabase   = "the database that DATABASE_URL names"
	privateDatabase = "the private PostgreSQL"
)

// A database is the one that the program works on. It is migrated and ready.
type database struct {
	pool   *pgxpool.Pool
	name   string          // "PostgreSQL 18.1"
	server *localpg.Server // the private one, or nil
	logger *slog.Logger
}

// postgresDir returns the directory of the private database.
func (o options) postgresDir() (string, error) {
	data, err := o.dataDir()
	return filepath.Join(data, "postgresql"), err
}

// existingDir is postgresDir for a command that has nothing to do in a new database.
func (o options) existingDir() (string, error) {
	dir, err := o.postgresDir()
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no private database in %s yet: start webapp once, name another directory with -data, or set DATABASE_URL", filepath.Dir(dir))
	}
	return dir, nil
}

// openExistingDatabase is openDatabase, and makes no new private database.
func openExistingDatabase(ctx context.Context, o options, logger *slog.Logger) (*database, error) {
	if o.databaseURL == "" {
		if _, err := o.existingDir(); err != nil {
			return nil, err
		}
	}
	return openDatabase(ctx, o, logger)
}

// openDatabase connects to the database that DATABASE_URL names, and migrates it. Without
// DATABASE_URL it starts the private server, and does the same there.
func openDatabase(ctx context.Context, o options, logger *slog.Logger) (db *database, err error) {
	db = &database{logger: logger}
	defer func() {
		if err != nil {
			db.Close()
		}
	}()
	url, which := o.databaseURL, namedDatabase
	if url == "" {
		dir, err := o.postgresDir()
		if err != nil {
			return db, err
		}
		if db.server, err = localpg.Start(ctx, localpg.Config{Dir: dir, Log: logger}); err != nil {
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
	config, err := poolConfig(url, pgurl.Database, pooled)
	if err != nil {
		return db, err
	}
	if pooled {
		logger.Info("there is a connection pooler in front of the database: the program asks for new events again and again, since it can't listen there")
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

// poolConfig returns the configuration of the pool for a URL, which is the value of a setting. pooled
// says whether a connection pooler stands in front of the database; checkDatabase finds that out.
func poolConfig(url string, setting pgurl.Setting, pooled bool) (*pgxpool.Config, error) {
	config, err := setting.Parse(url)
	if err != nil {
		return nil, err
	}
	switch chosen, err := hasPoolSize(url); {
	case err != nil:
		return nil, err
	case !chosen:
		config.MaxConns = mostConnections
	case config.MaxConns < fewestConnections:
		return nil, fmt.Errorf("pool_max_conns=%d in %s is too few: at least %d are needed, and %d are opened without it",
			config.MaxConns, setting, fewestConnections, mostConnections)
	}
	config.ConnConfig.ConnectTimeout = longestConnect
	config.BeforeConnect = findHost
	config.PingTimeout = longestPing
	setForms(config.ConnConfig)
	if pooled && !strings.Contains(url, "default_query_exec_mode") {
		// Prepared statements belong to a session, and the pooler may give us another next time.
		config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	return config, nil
}

// setForms makes the server read and write texts, literals and times as pgx does, whatever the
// defaults of the database are. Unlike other settings, a pooler applies these in every session that
// a client gets.
func setForms(config *pgx.ConnConfig) {
	config.RuntimeParams["standard_conforming_strings"] = "on"
	config.RuntimeParams["client_encoding"] = "UTF8"
	config.RuntimeParams["DateStyle"] = "ISO"
}

// hasPoolSize reports whether a URL sets pool_max_conns.
func hasPoolSize(url string) (bool, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return false, err
	}
	_, has := config.RuntimeParams["pool_max_conns"] // pgx without its pool takes it for a setting of the server
	return has, nil
}

// longestClose is how long Close waits for a server that does not answer.
const longestClose = 3 * time.Second

// Close closes the pool, and then the private server if there is one. Connections that take
// longer than longestClose stay open until the program ends.
func (db *database) Close() {
	if db.pool != nil {
		closeSoon(db.pool.Close)
	}
	if db.server != nil {
		if err := db.server.Close(); err != nil { // it ends by itself, sooner or later
			db.logger.Warn("the private PostgreSQL is left behind", "error", oneLine(err))
		}
	}
}

// closeSoon calls closePool, and waits for it for longestClose at most.
func closeSoon(closePool func()) {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		closePool()
	}()
	select {
	case <-closed:
	case <-time.After(longestClose):
	}
}
