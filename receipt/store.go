package receipt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/permalink"
	"go-crablet/nearby"
)

// ErrNotFound is the error of [Store.Find] and of Pin if there is no such receipt.
var ErrNotFound = errors.New("there is no such receipt")

// A Store keeps receipts in the table decision_receipt, and lists of them beside it.
type Store struct {
	permalink.Pins

	pool *pgxpool.Pool

	mu      sync.Mutex
	waiting []*saving // receipts to be saved
	saving  bool      // a goroutine saves them
}

// NewStore returns the store in the pool's database, which has to have the tables
// of migrations/0002_receipt.sql, 0005_receipt_listing.sql and 0012_pinned.sql.
func NewStore(pool *pgxpool.Pool) *Store {
	return &Store{Pins: permalink.NewPins(pool, "decision_receipt", ErrNotFound), pool: pool}
}

// Find returns the receipt with an id. Its error is [ErrNotFound] if there is none.
func (s *Store) Find(ctx context.Context, id string) (Receipt, error) {
	if !permalink.CouldBeID(id) {
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

// Kept returns those of the ids whose receipts are kept.
func (s *Store) Kept(ctx context.Context, ids []string) ([]string, error) {
	const kept = `select id from decision_receipt where id = any ($1)`
	rows, _ := nearby.Pool(ctx, s.pool).Query(ctx, kept, ids) // CollectRows returns the error
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("look for receipts: %w", err)
	}
	return found, nil
}

// Titles returns the titles of the receipts with these ids, by their ids. It leaves out ids
// that no receipt has.
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
	rows, _ := nearby.Pool(ctx, s.pool).Query(ctx, sql, args...) // CollectRows returns the error
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
