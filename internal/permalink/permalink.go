// Package permalink has what receipts and the lab's runs share: each is a row that people
// link to. The row has a short random id, which is part of the link. It may be pinned, so
// that it is never removed and the link stays good.
package permalink

import (
	"context"
	"crypto/rand"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// IDLength is how many characters an id has. They are 50 random bits.
const IDLength = 10

const alphabet = "abcdefghijklmnopqrstuvwxyz234567"

// NewID returns a new id.
func NewID() string { return strings.ToLower(rand.Text()[:IDLength]) }

// CouldBeID reports whether a text consists of the characters of ids. Any other text is the
// id of no row. Ask before a query: PostgreSQL refuses some texts, such as one with a NUL.
func CouldBeID(text string) bool { return strings.Trim(text, alphabet) == "" }

// Pins pins rows of one table, which has the columns id and pinned.
type Pins struct {
	pool     *pgxpool.Pool
	table    string
	notFound error
}

// NewPins returns the pins of a table in the pool's database. notFound is the error for an
// id that no row has.
func NewPins(pool *pgxpool.Pool, table string, notFound error) Pins {
	return Pins{pool, table, notFound}
}

// Pin pins the row of an id, so that it is never removed, or takes its pin away. If there is
// no such row, its error is the ErrNotFound of the package whose table it is.
func (p Pins) Pin(ctx context.Context, id string, pinned bool) error {
	if !CouldBeID(id) {
		return p.notFound
	}
	readWrite := pgx.TxOptions{AccessMode: pgx.ReadWrite} // where transactions are read-only by default
	return pgx.BeginTxFunc(ctx, p.pool, readWrite, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `update `+p.table+` set pinned = $2 where id = $1`, id, pinned)
		if err == nil && tag.RowsAffected() == 0 {
			return p.notFound
		}
		return err
	})
}

// IsPinned reports whether the row of an id is there, and pinned.
func (p Pins) IsPinned(ctx context.Context, id string) (pinned bool, err error) {
	if !CouldBeID(id) {
		return false, nil
	}
	err = p.pool.QueryRow(ctx, `select exists (select from `+p.table+` where id = $1 and pinned)`, id).Scan(&pinned)
	return pinned, err
}
