package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/permalink"
)

// ErrNotFound is the error if there is no run with the given id, or no longer.
var ErrNotFound = errors.New("there is no such run")

// A Store keeps runs in the table lab_run.
type Store struct {
	permalink.Pins

	pool *pgxpool.Pool
}

// NewStore returns the store in the pool's database, which has to have the table of
// migrations/0004_lab.sql and 0012_pinned.sql.
func NewStore(pool *pgxpool.Pool) *Store {
	return &Store{Pins: permalink.NewPins(pool, "lab_run", ErrNotFound), pool: pool}
}

// The kinds of runs.
const (
	kindRace       = "race"
	kindComparison = "comparison"
)

// SaveRace keeps a race.
func (s *Store) SaveRace(ctx context.Context, r Replay) error {
	return s.save(ctx, r.ID, kindRace, r.StartedAt, r.Summary, r)
}

// Race returns the race with an id. Its error is [ErrNotFound] if there is none.
func (s *Store) Race(ctx context.Context, id string) (Replay, error) {
	return one[Replay](ctx, s, kindRace, id)
}

// Races returns the latest n races, the latest first.
func (s *Store) Races(ctx context.Context, n int) ([]Summary, error) {
	return latest[Summary](ctx, s, kindRace, n)
}

// SaveComparison keeps a comparison.
func (s *Store) SaveComparison(ctx context.Context, c ComparisonRecord) error {
	return s.save(ctx, c.ID, kindComparison, c.StartedAt, c.ComparisonSummary, c)
}

// Comparison returns the comparison with an id. Its error is [ErrNotFound] if there is none.
func (s *Store) Comparison(ctx context.Context, id string) (ComparisonRecord, error) {
	return one[ComparisonRecord](ctx, s, kindComparison, id)
}

// Comparisons returns the latest n comparisons, the latest first.
func (s *Store) Comparisons(ctx context.Context, n int) ([]ComparisonSummary, error) {
	return latest[ComparisonSummary](ctx, s, kindComparison, n)
}

func (s *Store) save(ctx context.Context, id, kind string, startedAt time.Time, summary, record any) error {
	const insert = `insert into lab_run (id, kind, started_at, summary, record) values ($1, $2, $3, $4, $5)`
	short, err := json.Marshal(summary)
	if err != nil {
		return fmt.Errorf("save a run: %w", err)
	}
	long, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("save a run: %w", err)
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		// As strings, because not every mode of pgx knows that these parameters are JSON.
		_, err := tx.Exec(ctx, insert, id, kind, startedAt, string(short), string(long))
		return err
	})
	if err != nil {
		return fmt.Errorf("save a run: %w", err)
	}
	return nil
}

// write runs a transaction that writes, also where transactions are read-only by default.
func (s *Store) write(ctx context.Context, do func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{AccessMode: pgx.ReadWrite}, do)
}

// has reports whether a run is kept.
func (s *Store) has(ctx context.Context, kind, id string) (kept bool, err error) {
	const find = `select exists (select from lab_run where kind = $1 and id = $2)`
	if err := s.pool.QueryRow(ctx, find, kind, id).Scan(&kept); err != nil {
		return false, fmt.Errorf("look for a run: %w", err)
	}
	return kept, nil
}

func one[T any](ctx context.Context, s *Store, kind, id string) (found T, err error) {
	if !permalink.CouldBeID(id) {
		return found, ErrNotFound
	}
	const find = `select record from lab_run where kind = $1 and id = $2`
	runs, err := decoded[T](ctx, s.pool, find, kind, id)
	if err == nil && len(runs) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return found, err
	}
	return runs[0], nil
}

func latest[T any](ctx context.Context, s *Store, kind string, n int) ([]T, error) {
	const latest = `select summary from lab_run where kind = $1 order by started_at desc, id limit $2`
	return decoded[T](ctx, s.pool, latest, kind, n)
}

func decoded[T any](ctx context.Context, pool *pgxpool.Pool, sql string, args ...any) ([]T, error) {
	rows, _ := pool.Query(ctx, sql, args...) // CollectRows returns the error
	runs, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (run T, err error) {
		var encoded []byte
		if err := row.Scan(&encoded); err != nil {
			return run, err
		}
		return run, json.Unmarshal(encoded, &run)
	})
	if err != nil {
		return nil, fmt.Errorf("read runs: %w", err)
	}
	return runs, nil
}
