package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/localpg"
	"go-crablet/migrations"
)

const (
	// mostConnections is how many the pool opens, unless DATABASE_URL says more with
	// pool_max_conns. Decisions queue for the append lock anyway.
	mostConnections = 16

	oldestPostgres = 150000 // as server_version_num has it
)

// A database is the one that the program works on, migrated and ready.
type database struct {
	pool   *pgxpool.Pool
	name   string          // "PostgreSQL 18.1"
	server *localpg.Server // the private one, or nil
}

// openDatabase connects to DATABASE_URL, or else to a private server.
func openDatabase(ctx context.Context, o options, logger *slog.Logger) (db *database, err error) {
	db = &database{}
	defer func() {
		if err != nil {
			db.Close()
		}
	}()
	url := o.databaseURL
	if url == "" {
		dir := filepath.Join(o.data, "postgresql")
		if db.server, err = localpg.Start(ctx, localpg.Config{Dir: dir, Log: logger}); err != nil {
			return db, err
		}
		url = db.server.URL("postgres")
	}
	if err := checkDatabase(ctx, url); err != nil {
		return db, err
	}
	if _, err := migrations.Apply(ctx, url); err != nil {
		return db, oneLine(err)
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return db, err
	}
	config.MaxConns = max(config.MaxConns, mostConnections)
	config.ConnConfig.ConnectTimeout = 5 * time.Second
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

// Close closes the pool and then lets go of the private server.
func (db *database) Close() {
	if db.pool != nil {
		db.pool.Close()
	}
	if db.server != nil {
		_ = db.server.Close() // it says in the log what went wrong, and ends without us anyway
	}
}

// checkDatabase says in a sentence why a database can't be used.
func checkDatabase(ctx context.Context, url string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return errors.New("DATABASE_URL is no address of a PostgreSQL; it looks like postgres://user:secret@localhost:5432/courses")
	}
	config.ConnectTimeout = 5 * time.Second
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("connect to the database that DATABASE_URL names: %w", oneLine(err))
	}
	defer conn.Close(ctx)
	var number int
	var version string
	err = conn.QueryRow(ctx, `select current_setting('server_version_num')::int, current_setting('server_version')`).Scan(&number, &version)
	if err != nil {
		return oneLine(err)
	}
	if number < oldestPostgres {
		return fmt.Errorf("the database is PostgreSQL %s, and version 15 or later is needed", version)
	}
	return nil
}
