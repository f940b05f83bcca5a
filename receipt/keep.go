package receipt

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// mostTrimmed is how many receipts are removed in one transaction.
const mostTrimmed = 500

// Trim removes receipts that are older than age, and then the oldest of those that are more
// than most: refused ones first, because anybody can have as many of them as they like. A
// bound of 0 is none. What is pinned stays, and is not counted. It returns how many it
// removed; the age is by the clock of the database. The log is not touched.
func (s *Store) Trim(ctx context.Context, most int, age time.Duration) (removed int, err error) {
	if age > 0 {
		n, err := s.removeOldest(ctx, kindAny, age, -1)
		if removed += n; err != nil {
			return removed, err
		}
	}
	if most <= 0 {
		return removed, nil
	}
	for _, kind := range []string{string(KindRefused), kindAny} {
		kept, err := s.count(ctx)
		if err != nil {
			return removed, err
		}
		n, err := s.removeOldest(ctx, kind, 0, max(0, kept-most))
		if removed += n; err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// count returns how many receipts are not pinned.
func (s *Store) count(ctx context.Context) (n int, err error) {
	const count = `
		select (select count(*) from decision_receipt_listing where list = $1 and kind = $2)
		     - (select count(*) from decision_receipt where pinned)`
	if err := s.pool.QueryRow(ctx, count, listOfAll, kindAny).Scan(&n); err != nil {
		return 0, fmt.Errorf("count the receipts: %w", err)
	}
	return n, nil
}

// removeOldest removes the oldest receipts of a kind that are older than age and not
// pinned: so many, or all of them if the number is below 0.
func (s *Store) removeOldest(ctx context.Context, kind string, age time.Duration, number int) (removed int, err error) {
	for number != 0 {
		part := mostTrimmed
		if number > 0 {
			part = min(part, number)
		}
		n, err := s.removeSome(ctx, kind, age, part)
		if err != nil {
			return removed, fmt.Errorf("remove old receipts: %w", err)
		}
		removed += n
		if number > 0 {
			number -= n
		}
		if n < part { // there are no more, or another process is at it
			break
		}
	}
	return removed, nil
}

func (s *Store) removeSome(ctx context.Context, kind string, age time.Duration, number int) (removed int, err error) {
	// The list is walked from its old end.
	const remove = `
		delete from decision_receipt
		where id in (
			select id
			from decision_receipt_listing as listed
			join decision_receipt as kept using (id)
			where listed.list = $1 and listed.kind = $2
			  and listed.decided_at <= statement_timestamp() - make_interval(secs => $3)
			  and not kept.pinned
			order by listed.decided_at, listed.id
			limit $4
		) and not pinned
		returning id, decided_at, receipt`
	// It is found by the whole key, so that its index is enough.
	const unlist = `
		delete from decision_receipt_listing as listed
		using unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[]) as gone (list, kind, decided_at, id)
		where (listed.list, listed.kind, listed.decided_at, listed.id) = (gone.list, gone.kind, gone.decided_at, gone.id)`
	readWrite := pgx.TxOptions{AccessMode: pgx.ReadWrite}
	err = pgx.BeginTxFunc(ctx, s.pool, readWrite, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, remove, listOfAll, kind, age.Seconds(), number) // CollectRows returns the error
		var entries listings
		gone, err := pgx.CollectRows(rows, entries.collect)
		if err != nil || len(gone) == 0 {
			return err
		}
		removed = len(gone)
		_, err = tx.Exec(ctx, unlist, entries.lists, entries.kinds, entries.times, entries.ids)
		return err
	})
	return removed, err
}

// listings are entries of decision_receipt_listing, column by column.
type listings struct {
	lists, kinds, ids []string
	times             []time.Time
}

// collect adds those of one receipt.
func (l *listings) collect(row pgx.CollectableRow) (id string, err error) {
	var at time.Time
	var encoded []byte
	if err := row.Scan(&id, &at, &encoded); err != nil {
		return "", err
	}
	var r Receipt
	if json.Unmarshal(encoded, &r) != nil {
		r = Receipt{} // one that can't be read goes too, from the lists that all are on
	}
	for _, list := range r.lists() {
		for _, kind := range r.kinds() {
			l.lists, l.kinds, l.times, l.ids = append(l.lists, list), append(l.kinds, kind), append(l.times, at), append(l.ids, id)
		}
	}
	return id, nil
}

// Pin keeps a receipt for good, or no longer than others. Its error matches [ErrNotFound]
// when there is none.
func (s *Store) Pin(ctx context.Context, id string, pinned bool) error {
	const pin = `update decision_receipt set pinned = $2 where id = $1`
	if !couldBeID(id) {
		return ErrNotFound
	}
	readWrite := pgx.TxOptions{AccessMode: pgx.ReadWrite}
	return pgx.BeginTxFunc(ctx, s.pool, readWrite, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, pin, id, pinned)
		if err == nil && tag.RowsAffected() == 0 {
			return ErrNotFound
		}
		return err
	})
}

// IsPinned reports whether a receipt is kept for good.
func (s *Store) IsPinned(ctx context.Context, id string) (pinned bool, err error) {
	if !couldBeID(id) {
		return false, nil
	}
	const ask = `select exists (select from decision_receipt where id = $1 and pinned)`
	err = s.pool.QueryRow(ctx, ask, id).Scan(&pinned)
	return pinned, err
}
