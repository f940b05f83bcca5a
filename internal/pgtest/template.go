package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/migrations"
)

// A template is a migrated database that nobody is connected to, which is what
// PostgreSQL asks of a database that is to be copied.
type template struct {
	server func(database string) string // the URL of a database
	name   string
	admin  *pgxpool.Pool
}

// migratedOn returns the template on a server. The first process that asks for it makes it.
// The others wait, and find it: to migrate costs a process more than most tests do.
func migratedOn(ctx context.Context, server func(database string) string) (*template, error) {
	name, err := templateName()
	if err != nil {
		return nil, err
	}
	from := &template{server: server, name: name}
	if from.admin, err = pgxpool.New(ctx, server("postgres")); err != nil {
		return nil, err
	}
	return from, from.admin.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		// The lock is released with the connection.
		defer conn.Conn().Close(ctx)
		if _, err := conn.Exec(ctx, "select pg_advisory_lock(hashtext($1))", name); err != nil {
			return err
		}
		var made bool
		if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&made); err != nil || made {
			return err
		}
		return from.make(ctx, conn)
	})
}

// make makes the template. It gets its name when it is complete.
func (from *template) make(ctx context.Context, conn *pgxpool.Conn) error {
	begun := uniqueName("template")
	if _, err := conn.Exec(ctx, "create database "+begun); err != nil {
		return err
	}
	if _, err := migrations.Apply(ctx, from.server(begun), nil); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "alter database "+begun+" rename to "+pgx.Identifier{from.name}.Sanitize())
	return err
}

// templateName is the same for processes that have the same migrations.
func templateName() (string, error) {
	entries, err := migrations.Files.ReadDir(".")
	if err != nil {
		return "", err
	}
	all := sha256.New()
	for _, entry := range entries {
		text, err := fs.ReadFile(migrations.Files, entry.Name())
		if err != nil {
			return "", err
		}
		all.Write([]byte(entry.Name()))
		all.Write(text)
	}
	return "template_" + hex.EncodeToString(all.Sum(nil)[:16]), nil
}
