package receipt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrNotFound is matched by the error of [Store.Find] when there is no such receipt.
var ErrNotFound = errors.New("there is no such receipt")

// A Store keeps receipts in the table decision_receipt.
type Store struct{ pool *pgxpool.Pool }

// NewStore returns the store in the pool's database, which has to have the table
// of migrations/0002_receipt.sql.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

// Save keeps a receipt.
func (s *Store) Save(ctx context.Context, r Receipt) error {
	encoded, err := json.Marshal(r)
	if err == nil {
		const insert = `insert into decision_receipt (id, decided_at, receipt) values ($1, $2, $3)`
		_, err = s.pool.Exec(ctx, insert, r.ID, r.StartedAt.Add(r.Took), encoded)
	}
	if err != nil {
		return fmt.Errorf("save the receipt: %w", err)
	}
	return nil
}

// Find returns a receipt. Its error matches [ErrNotFound] when there is none.
func (s *Store) Find(ctx context.Context, id string) (Receipt, error) {
	if strings.Trim(id, idAlphabet) != "" {
		return Receipt{}, ErrNotFound // and no text that PostgreSQL would not take
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

// Latest returns the receipts of the last n decisions, the latest first.
func (s *Store) Latest(ctx context.Context, n int) ([]Receipt, error) {
	const latest = `select receipt from decision_receipt order by decided_at desc, id desc limit $1`
	return s.query(ctx, latest, n)
}

// Before returns the receipts of the last n decisions before one, the latest first.
// There are none before one that is not there.
func (s *Store) Before(ctx context.Context, id string, n int) ([]Receipt, error) {
	const before = `select receipt from decision_receipt
		where (decided_at, id) < (select decided_at, id from decision_receipt where id = $1)
		order by decided_at desc, id desc limit $2`
	return s.query(ctx, before, id, n)
}

// After returns the receipts of the first n decisions after one, the latest first.
// There are none after one that is not there.
func (s *Store) After(ctx context.Context, id string, n int) ([]Receipt, error) {
	const after = `select receipt from decision_receipt
		where (decided_at, id) > (select decided_at, id from decision_receipt where id = $1)
		order by decided_at, id limit $2`
	receipts, err := s.query(ctx, after, id, n)
	slices.Reverse(receipts)
	return receipts, err
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
