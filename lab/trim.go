package lab

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Trim removes the runs that are older than age. Of each kind it also removes the oldest, if
// there are more than most. An age or a most of 0 is no limit. Pinned runs stay, and don't
// count. Trim returns how many runs it removed.
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
