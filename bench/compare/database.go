package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/localpg"
)

// A database is the one in which the ways are measured.
type database struct {
	url         string
	version     string
	connections int32 // of each way, at most
	close       func()
}

// openDatabase uses the database at the URL. Without a URL it starts a server that ends with
// the program.
func openDatabase(ctx context.Context, url string, connections int32, ways int, stderr io.Writer) (_ *database, err error) {
	db := &database{url: url, connections: connections, close: func() {}}
	if url == "" {
		if db.url, db.close, err = startServer(ctx, stderr); err != nil {
			return nil, err
		}
	}
	if err := db.look(ctx, ways, stderr); err != nil {
		db.close()
		return nil, err
	}
	return db, nil
}

// startServer starts a server whose commits reach the disk. It makes no checkpoint while
// the ways are measured: a checkpoint would slow down the way that has its turn.
func startServer(ctx context.Context, stderr io.Writer) (url string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "compare-")
	if err != nil {
		return "", nil, err
	}
	var server *localpg.Server
	stop = func() {
		if server != nil {
			_ = server.Close() // after an error, it ends when the program has ended
		}
		_ = os.RemoveAll(dir)
	}
	defer func() {
		if err != nil {
			stop()
		}
	}()
	if err = os.Chmod(dir, 0o755); err != nil { // root starts it as another user
		return "", nil, err
	}
	config := localpg.Config{Dir: filepath.Join(dir, "server"), Log: slog.New(slog.NewTextHandler(stderr, nil))}
	if server, err = localpg.Start(ctx, config); err != nil {
		return "", nil, err
	}
	url = server.URL("postgres")
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", nil, err
	}
	defer conn.Close(ctx)
	for _, statement := range []string{
		`alter system set max_wal_size = '16GB'`,
		`alter system set checkpoint_timeout = '1h'`,
		`select pg_reload_conf()`,
	} {
		if _, err = conn.Exec(ctx, statement); err != nil {
			return "", nil, err
		}
	}
	return url, stop, nil
}

// look asks the server for its version and its free connections. Each way keeps its
// connections, because a new one would begin with an empty cache of plans.
func (db *database) look(ctx context.Context, ways int, stderr io.Writer) error {
	conn, err := pgx.Connect(ctx, db.url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	const ask = `
		select split_part(current_setting('server_version'), ' ', 1),
		       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
		       - (select count(*) from pg_stat_activity where backend_type = 'client backend')`
	var free int
	if err := conn.QueryRow(ctx, ask).Scan(&db.version, &free); err != nil {
		return err
	}
	if most := int32(free / ways); most < db.connections {
		if most < 1 {
			return fmt.Errorf("the server has only %d free connections, and there are %d ways to measure", free, ways)
		}
		fmt.Fprintf(stderr, "the server has %d free connections: each way gets %d of them, not %d\n", free, most, db.connections)
		db.connections = most
	}
	return nil
}

// openSchema drops and makes a schema, and returns a pool whose connections use its tables.
func (db *database) openSchema(ctx context.Context, schema, tables string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(db.url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = db.connections
	config.ConnConfig.RuntimeParams["search_path"] = schema
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	name := pgx.Identifier{schema}.Sanitize()
	if _, err := pool.Exec(ctx, `drop schema if exists `+name+` cascade; create schema `+name+`; `+tables); err != nil {
		pool.Close()
		return nil, fmt.Errorf("make the tables of %s: %w", schema, err)
	}
	return pool, nil
}
