package pgtest

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"go-crablet/internal/effort"
)

// Empty returns the URL of a database of the test's own without any tables. It is made
// with the options of CREATE DATABASE.
func Empty(t testing.TB, options string) string {
	t.Helper()
	effort.OneIn(drawnOf, t, "a database")
	from, err := migrated()
	if err != nil {
		t.Fatalf("prepare a server for tests: %v", err)
	}
	name := uniqueName("empty")
	if _, err := from.admin.Exec(t.Context(), "create database "+name+" "+options); err != nil {
		t.Fatalf("make the test's database: %v", err)
	}
	from.dropAtEnd(t, name)
	return from.server(name)
}

// Configure sets defaults of a database, as in "default_transaction_read_only = on", for
// all who connect from then on.
func Configure(t testing.TB, databaseURL string, settings ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, setting := range settings {
		statement := "alter database " + pgx.Identifier{conn.Config().Database}.Sanitize() + " set " + setting
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// Role makes a role that may read and write rows in a database, and nothing else: no
// tables, no schemas.
func Role(t testing.TB, databaseURL string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	role := uniqueName("role")
	_, err = conn.Exec(t.Context(), "create role "+role+" login; grant select, insert, update, delete on all tables in schema public to "+role)
	if err != nil {
		t.Fatalf("make a role: %v", err)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, databaseURL)
		if err == nil {
			_, err = conn.Exec(ctx, "drop owned by "+role+"; drop role "+role)
			conn.Close(ctx)
		}
		if err != nil {
			t.Errorf("drop the test's role: %v", err)
		}
	})
	return role
}

// ExecModes are the ways in which pgx can send a statement. See [pgx.QueryExecMode].
// The first is the default. The last two send parameters without asking the server for
// their types.
var ExecModes = []string{"cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"}

// WithExecMode returns the URL of the same database with one of [ExecModes].
func WithExecMode(databaseURL, mode string) string {
	parsed, err := url.Parse(databaseURL)
	if err != nil {
		panic(err) // it was a URL of ours
	}
	query := parsed.Query()
	query.Set("default_query_exec_mode", mode)
	return withSettings(parsed, query)
}

// by returns the URL of a database by another way, with the settings of the first but its
// mode: what they say of the environment goes for the way as well.
func by(way string, databaseURL string, settings ...string) string {
	first, err := url.Parse(databaseURL)
	if err != nil {
		panic(err) // it was a URL of ours
	}
	parsed, err := url.Parse(way)
	if err != nil {
		panic(err)
	}
	query := first.Query()
	for _, key := range []string{"host", "port", "password", "default_query_exec_mode"} {
		query.Del(key)
	}
	for i := 0; i < len(settings); i += 2 {
		query.Set(settings[i], settings[i+1])
	}
	return withSettings(parsed, query)
}

func withSettings(address *url.URL, settings url.Values) string {
	// libpq takes a plus sign literally; only %20 is a space.
	address.RawQuery = strings.ReplaceAll(settings.Encode(), "+", "%20")
	return address.String()
}
