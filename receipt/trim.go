package receipt

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// mostTrimmed is how many receipts one transaction removes.
const mostTrimmed = 500

// Trim removes the receipts that are older than age. If more than most are left, it then
// removes the oldest of them: refused ones first, because anybody can make as many of those
// as they like. An age or a most of 0 is no limit. Pinned receipts stay, and don't count.
// Trim returns how many receipts it removed. Their age is by the clock of the database. The
// events in the log stay.
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

// removeOldest removes the oldest receipts of a kind, of those that are older than age and
// not pinned: number of them, or all if number is below 0.
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
		if n < part { // there are no more, or another process removes them
			break
		}
	}
	return removed, nil
}

func (s *Store) removeSome(ctx context.Context, kind string, age time.Duration, number int) (removed int, err error) {
	// This reads the list from its oldest end.
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
	// This compares the whole key, so that its index finds the rows.
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

// collect adds the entries of the receipt in a row, and returns its id.
func (l *listings) collect(row pgx.CollectableRow) (id string, err error) {
	var at time.Time
	var encoded []byte
	if err := row.Scan(&id, &at, &encoded); err != nil {
		return "", err
	}
	var r Receipt
	if json.Unmarshal(encoded, &r) != nil {
		r = Receipt{} // one that can't be decoded is removed, too: from the lists that have every receipt
	}
	for _, list := range r.lists() {
		for _, kind := range r.kinds() {
			l.lists, l.kinds, l.times, l.ids = append(l.lists, list), append(l.kinds, kind), append(l.times, at), append(l.ids, id)
		}
	}
	return id, nil
}
