// Package pgtest gives every test a migrated PostgreSQL database of its own.
//
// The first test of a process that asks for one starts a throw-away server; a
// database is then a copy of a template, made in milliseconds. So tests may run in
// parallel, and may take advisory locks, which belong to a database. It is dropped
// when the test is over. There is no server to stop: that ends with the process,
// however the process ends.
//
// With TEST_DATABASE_URL set, the databases are made on that server instead. All
// processes with the same migrations share one template. It stays there, so let it
// be a server that is thrown away, such as a CI job's.
//
// With TEST_POSTGRES set to a major version, such as 16, all servers that tests start have
// it. What is not installed is downloaded, 23 MB for each version.
//
// With TEST_QUERY_EXEC_MODE set to one of [ExecModes], the URLs of databases name it.
// Each package that has SQL tests its essentials in all of them anyway.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/effort"
	"go-crablet/internal/localpg"
	"go-crablet/migrations"
)

// drawnOf is of how many tests with a database a short run draws one. On two cores a short run took 77 s
// with one in six, 66 s with one in twelve, and 60 s with none: it compiles and links for 30 s.
const drawnOf = 12

// New returns a pool on a database of the test's own, which is migrated and empty.
// It is closed when the test ends.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return newPool(t, URL(t))
}

func newPool(t testing.TB, databaseURL string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), databaseURL)
	if err != nil {
		t.Fatalf("open the test's database: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// URL returns the URL of a database of the test's own, which is migrated and empty.
func URL(t testing.TB) string {
	t.Helper()
	return copyOf(t, migrated)
}

// copyOf returns the URL of a copy of a template, which is dropped when the test ends.
func copyOf(t testing.TB, templateOf func() (*template, error)) string {
	t.Helper()
	effort.OneIn(drawnOf, t, "a database")
	from, err := templateOf()
	if err != nil {
		t.Fatalf("prepare a server for tests: %v", err)
	}
	name, err := from.clone(t.Context())
	if err != nil {
		t.Fatalf("make the test's database: %v", err)
	}
	from.dropAtEnd(t, name)
	if mode := os.Getenv("TEST_QUERY_EXEC_MODE"); mode != "" {
		return WithExecMode(from.server(name), mode)
	}
	return from.server(name)
}

// Open is New for a testable example, which has no test to hold on to: it panics
// when there is no database to be had, and leaves the pool to the caller to close.
func Open() *pgxpool.Pool {
	ctx := context.Background()
	from, err := migrated()
	if err != nil {
		panic(err)
	}
	name, err := from.clone(ctx)
	if err != nil {
		panic(err)
	}
	pool, err := pgxpool.New(ctx, from.server(name))
	if err != nil {
		panic(err)
	}
	return pool
}

// Server starts a server of the test's own, for tests that kill it. Killing is all
// that it takes: the server starts again by itself. Its database "postgres" is
// migrated and empty.
//
// What was committed survives kill -9 of PostgreSQL, as it does in production: a
// throw-away server does without fsync, but that only matters if the operating
// system dies too.
func Server(t testing.TB) *localpg.Server {
	t.Helper()
	effort.OnlyAll(t, "a server of its own")
	major, err := Major()
	if err != nil {
		t.Fatal(err)
	}
	server, err := localpg.Start(t.Context(), localpg.Config{
		Ephemeral: true,
		Major:     major,
		Log:       slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := migrations.Apply(t.Context(), server.URL("postgres"), nil); err != nil {
		t.Fatal(err)
	}
	return server
}

// Durable starts a server on a disk, with fsync, for benchmarks: what a commit costs
// in production is most of what there is to measure. It returns the URL of a
// migrated and empty database.
func Durable(b testing.TB) string {
	b.Helper()
	major, err := Major()
	if err != nil {
		b.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "pgtest-durable-") //nolint:usetesting // b.TempDir is below a directory that the server's user can't enter
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) }) // runs after the server is closed
	if err := os.Chmod(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	server, err := localpg.Start(b.Context(), localpg.Config{Dir: filepath.Join(dir, "server"), Major: major})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := server.Close(); err != nil {
			b.Error(err)
		}
	})
	if _, err := migrations.Apply(b.Context(), server.URL("postgres"), nil); err != nil {
		b.Fatal(err)
	}
	return server.URL("postgres")
}

// migrated is the template of this process. Nothing ever closes its server: the
// process holds it until it ends.
var migrated = sync.OnceValues(func() (*template, error) {
	ctx := context.Background()
	server, err := serverForTests(ctx)
	if err != nil {
		return nil, err
	}
	return migratedOn(ctx, server)
})

func serverForTests(ctx context.Context) (func(database string) string, error) {
	given := os.Getenv("TEST_DATABASE_URL")
	if given == "" {
		major, err := Major()
		if err != nil {
			return nil, err
		}
		server, err := localpg.Start(ctx, localpg.Config{Ephemeral: true, Major: major})
		if err != nil {
			return nil, err
		}
		return server.URL, nil
	}
	base, err := url.Parse(given)
	if err != nil || base.Scheme == "" {
		return nil, errors.New("TEST_DATABASE_URL should look like postgres://user@host/")
	}
	return func(database string) string { return base.JoinPath("..", database).String() }, nil
}

// Major returns the major version of PostgreSQL that tests are to run on, or 0 if any will do.
func Major() (int, error) {
	given := os.Getenv("TEST_POSTGRES")
	if given == "" {
		return 0, nil
	}
	major, err := strconv.Atoi(given)
	if err != nil || major <= 0 {
		return 0, fmt.Errorf("TEST_POSTGRES should be a major version, such as 16, and is %q", given)
	}
	return major, nil
}

// clone makes a copy of the template and returns its name. Copying files beats
// writing the copy to the log for a database as small as this.
func (from *template) clone(ctx context.Context) (string, error) {
	name := uniqueName("test")
	if _, err := from.admin.Exec(ctx, "create database "+name+" template "+from.name+" strategy file_copy"); err != nil {
		return "", err
	}
	return name, nil
}

func (from *template) dropAtEnd(t testing.TB, name string) {
	t.Cleanup(func() {
		if err := from.drop(name); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
}

// drop removes a copy, even from under a connection that a test forgot to close.
func (from *template) drop(name string) error {
	_, err := from.admin.Exec(context.Background(), "drop database "+name+" with (force)")
	return err
}

func uniqueName(prefix string) string {
	return prefix + "_" + strings.ToLower(rand.Text())
}
