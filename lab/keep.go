package lab

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Trim removes runs that are older than age, and of each kind the oldest of those that are
// more than most. A bound of 0 is none. What is pinned stays, and is not counted. It returns
// how many it removed.
func (s *Store) Trim(ctx context.Context, most int, age time.Duration) (removed int, err error) {
	const remove = `
		delete from lab_run
		where not pinned and (
			$1::float8 > 0 and started_at < statement_timestamp() - make_interval(secs => $1)
			or $2::int > 0 and id in (
				select id
				from (select id, row_number() over (partition by kind order by started_at desc, id) as n from lab_run where not pinned) as kept
				where n > $2
			)
		)`
	err = s.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, remove, age.Seconds(), most)
		removed = int(tag.RowsAffected())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("remove old runs: %w", err)
	}
	return removed, nil
}

// Pin keeps a run for good, or no longer than others. Its error matches [ErrNotFound] when
// there is none.
func (s *Store) Pin(ctx context.Context, id string, pinned bool) error {
	const pin = `update lab_run set pinned = $2 where id = $1`
	if !couldBeID(id) {
		return ErrNotFound
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, pin, id, pinned)
		if err == nil && tag.RowsAffected() == 0 {
			return ErrNotFound
		}
		return err
	})
}

// IsPinned reports whether a run is kept for good.
func (s *Store) IsPinned(ctx context.Context, id string) (pinned bool, err error) {
	if !couldBeID(id) {
		return false, nil
	}
	const ask = `select exists (select from lab_run where id = $1 and pinned)`
	err = s.pool.QueryRow(ctx, ask, id).Scan(&pinned)
	return pinned, err
}
