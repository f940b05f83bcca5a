// Package signin knows which browsers are signed in as the registrar.
//
// A signed cookie alone would count until it runs out: nobody could take back a copy of
// it. So a cookie only names a row in the database, which all processes ask, and signing
// out removes the row.
package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Store keeps sign-ins in the table signin. It is safe for concurrent use, and so are
// several of one database, in several processes.
type Store struct{ pool *pgxpool.Pool }

// NewStore returns the store in the pool's database, which has to have the table of
// migrations/0011_signin.sql.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool} }

// Begin keeps a sign-in that lasts so long by the clock of the database, and returns the
// secret by which it is known. It also removes those that have run out, so that the table
// holds no more than people sign in during that time.
func (s *Store) Begin(ctx context.Context, lasting time.Duration) (secret string, err error) {
	secret = rand.Text()
	err = s.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `delete from signin where ends_at <= now()`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into signin (secret_hash, ends_at) values ($1, now() + make_interval(secs => $2))`, hash(secret), lasting.Seconds())
		return err
	})
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	return secret, nil
}

// Lasts reports whether the sign-in with that secret has neither run out nor been ended.
func (s *Store) Lasts(ctx context.Context, secret string) (lasts bool, err error) {
	const ask = `select exists (select from signin where secret_hash = $1 and ends_at > now())`
	if err := s.pool.QueryRow(ctx, ask, hash(secret)).Scan(&lasts); err != nil {
		return false, fmt.Errorf("ask who is signed in: %w", err)
	}
	return lasts, nil
}

// End ends the sign-in with that secret. One that is over already stays so.
func (s *Store) End(ctx context.Context, secret string) error {
	err := s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `delete from signin where secret_hash = $1`, hash(secret))
		return err
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// write runs a transaction that writes, wherever transactions only read by default.
func (s *Store) write(ctx context.Context, do func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{AccessMode: pgx.ReadWrite}, do)
}

func hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
