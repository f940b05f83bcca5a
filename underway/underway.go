package underway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Kind is what is under way.
type Kind string

// The kinds.
const (
	Race       Kind = "race"
	Comparison Kind = "comparison"
	Held       Kind = "held"
)

const (
	// Silent is how long a process may say nothing of what it carries out. After that, it
	// counts as killed. A living process shows or touches its record much more often.
	Silent = 5 * time.Second

	// kept is how long a record is kept after it was seen last.
	kept = 10 * time.Minute
)

// The errors of what can't be found.
var (
	ErrNotFound = errors.New("no process carries this out")
	ErrBrokeOff = errors.New("the process that carried this out has ended without finishing it")
)

// couldBeID matches the ids of what is under way. A visitor may ask for anything.
var couldBeID = regexp.MustCompile(`^[a-z0-9]{1,64}$`)

// A Store keeps records in the table under_way. It is safe for concurrent use, and so are several
// of one database, in several processes.
type Store struct{ pool *pgxpool.Pool }

// NewStore returns the store in the pool's database, which has to have the table of
// migrations/0035_process.sql as 0036_comparison.sql leaves it.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool} }

// Show shows a record to other processes. It replaces the record that they saw before. over says
// that no other record follows.
func (s *Store) Show(ctx context.Context, kind Kind, id string, record any, over bool) error {
	const show = `insert into under_way as u (id, kind, record, over) values ($1, $2, $3, $4)
		on conflict (id) do update set record = excluded.record, over = excluded.over, version = u.version + 1, seen_at = clock_timestamp()`
	encoded, err := json.Marshal(record)
	if err == nil {
		err = s.write(ctx, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, show, id, string(kind), string(encoded), over)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("show what is under way: %w", err)
	}
	return nil
}

// Touch says that the process still carries it out, and takes the wish that somebody left, if there
// is one: wish is then set, and wished is true.
func (s *Store) Touch(ctx context.Context, id string, wish any) (wished bool, err error) {
	const touch = `with before as (select id, wish from under_way where id = $1 for update)
		update under_way as u set seen_at = clock_timestamp(), wish = null from before where u.id = before.id
		returning coalesce(before.wish::text, '')`
	var encoded string
	err = s.write(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, touch, id).Scan(&encoded)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	if err == nil && encoded != "" {
		wished, err = true, json.Unmarshal([]byte(encoded), wish)
	}
	if err != nil {
		return false, fmt.Errorf("touch what is under way: %w", err)
	}
	return wished, nil
}

// Remove removes a record. It may be removed already.
func (s *Store) Remove(ctx context.Context, id string) error {
	err := s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `delete from under_way where id = $1`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("remove what is under way: %w", err)
	}
	return nil
}

// Find reads the latest record into record, and returns how often it changed. The error matches
// [ErrNotFound] or [ErrBrokeOff]; in the second case the record is read all the same.
func (s *Store) Find(ctx context.Context, kind Kind, id string, record any) (version int64, err error) {
	const find = `select record::text, version, over or seen_at > clock_timestamp() - make_interval(secs => $3) from under_way where kind = $1 and id = $2`
	if !couldBeID.MatchString(id) {
		return 0, ErrNotFound // the database could not even be asked for some texts
	}
	var encoded string
	var alive bool
	err = s.pool.QueryRow(ctx, find, string(kind), id, Silent.Seconds()).Scan(&encoded, &version, &alive)
	if err == nil {
		err = json.Unmarshal([]byte(encoded), record)
	}
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return 0, ErrNotFound
	case err != nil:
		return 0, fmt.Errorf("find what is under way: %w", err)
	case !alive:
		return version, ErrBrokeOff
	}
	return version, nil
}

// All returns the latest records of a kind that processes carry out now, the latest first.
func All[T any](ctx context.Context, s *Store, kind Kind) ([]T, error) {
	const all = `select record::text from under_way where kind = $1 and not over and seen_at > clock_timestamp() - make_interval(secs => $2) order by seen_at desc, id`
	rows, _ := s.pool.Query(ctx, all, string(kind), Silent.Seconds()) // CollectRows returns the error
	records, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (record T, err error) {
		var encoded string
		if err := row.Scan(&encoded); err != nil {
			return record, err
		}
		return record, json.Unmarshal([]byte(encoded), &record)
	})
	if err != nil {
		return nil, fmt.Errorf("list what is under way: %w", err)
	}
	return records, nil
}

// Wish leaves a wish for the process that carries something out, in place of a wish that it has not
// taken yet. That process takes it with Touch.
func (s *Store) Wish(ctx context.Context, id string, wish any) error {
	encoded, err := json.Marshal(wish)
	if err == nil {
		err = s.write(ctx, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, `update under_way set wish = $2 where id = $1 and not over`, id, string(encoded))
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("wish for what is under way: %w", err)
	}
	return nil
}

// Trim removes the records that were seen last some minutes ago, and returns how many those were.
func (s *Store) Trim(ctx context.Context) (removed int, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		done, err := tx.Exec(ctx, `delete from under_way where seen_at < clock_timestamp() - make_interval(secs => $1)`, kept.Seconds())
		removed = int(done.RowsAffected())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("trim what is under way: %w", err)
	}
	return removed, nil
}

// write runs a transaction that writes, also where transactions are read-only by default.
func (s *Store) write(ctx context.Context, do func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{AccessMode: pgx.ReadWrite}, do)
}
