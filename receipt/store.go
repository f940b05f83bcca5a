package receipt

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrNotFound is matched by the error of [Store.Find] when there is no such receipt.
var ErrNotFound = errors.New("there is no such receipt")

//go:embed save.sql
var saveSQL string

// A Store keeps receipts in the table decision_receipt, and lists of them beside it.
type Store struct{ pool *pgxpool.Pool }

// NewStore returns the store in the pool's database, which has to have the tables
// of migrations/0002_receipt.sql, 0005_receipt_listing.sql and 0012_pinned.sql.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

// Save keeps a receipt. On lists it comes after all that were kept before.
func (s *Store) Save(ctx context.Context, r Receipt) error {
	encoded, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("save the receipt: %w", err)
	}
	// Where transactions are read only by default, this one has to say that it writes.
	readWrite := pgx.TxOptions{AccessMode: pgx.ReadWrite}
	err = pgx.BeginTxFunc(ctx, s.pool, readWrite, func(tx pgx.Tx) error {
		// As text, because not every mode of pgx knows that the parameter is JSON.
		_, err := tx.Exec(ctx, saveSQL, r.ID, string(encoded), r.lists(), r.kinds())
		return err
	})
	if err != nil {
		return fmt.Errorf("save the receipt: %w", err)
	}
	return nil
}

// Find returns a receipt. Its error matches [ErrNotFound] when there is none.
func (s *Store) Find(ctx context.Context, id string) (Receipt, error) {
	if !couldBeID(id) {
		return Receipt{}, ErrNotFound
	}
	const find = `select receipt from decision_receipt where id = $1`
	receipts, err := s.query(ctx, find, id)
	if err != nil {
		return Receipt{}, err
	}
	if len(receipts) == 0 {
		return Receipt{}, ErrNotFound
	}
	return receipts[0], nil
}

// couldBeID keeps texts away that are no ids, of which PostgreSQL would not take some.
func couldBeID(id string) bool { return strings.Trim(id, idAlphabet) == "" }

// Kept returns those of the ids that receipts have.
func (s *Store) Kept(ctx context.Context, ids []string) ([]string, error) {
	const kept = `select id from decision_receipt where id = any ($1)`
	rows, _ := s.pool.Query(ctx, kept, ids) // CollectRows returns the error
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("look for receipts: %w", err)
	}
	return found, nil
}

// Titles returns the titles of those of the ids that receipts have, by their ids.
func (s *Store) Titles(ctx context.Context, ids []string) (map[string]string, error) {
	const find = `select receipt from decision_receipt where id = any ($1)`
	receipts, err := s.query(ctx, find, ids)
	titles := map[string]string{}
	for _, r := range receipts {
		titles[r.ID] = r.Title
	}
	return titles, err
}

func (s *Store) query(ctx context.Context, sql string, args ...any) ([]Receipt, error) {
	rows, _ := s.pool.Query(ctx, sql, args...) // CollectRows returns the error
	receipts, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Receipt, err error) {
		var encoded []byte
		if err := row.Scan(&encoded); err != nil {
			return r, err
		}
		return r, json.Unmarshal(encoded, &r)
	})
	if err != nil {
		return nil, fmt.Errorf("read receipts: %w", err)
	}
	return receipts, nil
}
