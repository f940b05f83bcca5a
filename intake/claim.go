package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// longestClaim is how long a silent clerk has an import for itself. After that another clerk
// goes on with it.
const longestClaim = 10 * time.Second

// claim claims the import that was started first and that nobody works on. ok is false if there
// is no such import.
func (s *Store) claim(ctx context.Context, clerk string) (id string, kind Kind, ok bool, err error) {
	const (
		look  = `select exists (select from import where state = 'started')` // most often there is none
		claim = `
		update import set clerk = $1, claimed_to = now() + make_interval(secs => $2)
		where id = (
			select id from import
			where state = 'started' and (claimed_to < now() or clerk = $1)
			order by at, id
			limit 1
			for update skip locked
		)
		returning id, kind`
	)
	var started bool
	if err := s.pool.QueryRow(ctx, look).Scan(&started); err != nil || !started {
		return "", "", false, err
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, claim, clerk, longestClaim.Seconds()).Scan(&id, &kind)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return "", "", false, nil
	}
	if err != nil {
		return "", "", false, fmt.Errorf("claim an import: %w", err)
	}
	return id, kind, true, nil
}

// note notes the verdicts of lines, deletes the names of students in them, and makes the claim
// last longer. mine is false if the clerk has lost the import, because it was cancelled or
// another clerk has it. The verdicts are noted in either case.
//
// A line may have been decided by two clerks. If one of them stored something, the line is done.
//
// A line stays new if the log lost its end after the decision, to a restore or to a failover. That is
// seen by its event, which is not in the log any more. If the line stored nothing, it is seen by the
// last event that was read for it. After an attempt on the spot that event is not known, so the line
// stays new, too. The limit makes PostgreSQL look for each event by the index. With "exists" it
// might read the whole table instead.
func (s *Store) note(ctx context.Context, id, clerk string, decided []answer) (mine bool, err error) {
	const (
		note = `
			update import_line set state = v.state, why = v.why, text = case when student = '' then text else '' end
			from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::timestamptz[])
				as v (line, state, why, request, read_to, event, recorded_at)
			where import = $1 and import_line.line = v.line and (
				import_line.state = 'new' and v.state <> 'done' and (v.read_to = 0 or (
					select read.id = nullif(v.event, '')::uuid and read.recorded_at = v.recorded_at
					from dcb_event as read where read.position = v.read_to
				))
				or v.state = 'done' and (select true from dcb_event_tag as stored where stored.tag = v.request limit 1)
			)`
		last = `
			update import set claimed_to = now() + make_interval(secs => $3)
			where id = $1 and clerk = $2 and state = 'started'`
	)
	var numbers []int
	var states, whys, requests, events []string
	var readTo []int64
	var recorded []time.Time
	for _, line := range decided {
		numbers = append(numbers, line.Number)
		states, whys = append(states, string(line.State)), append(whys, line.Why)
		requests = append(requests, string(RequestOf(id, line.Number).Tag()))
		readTo, events, recorded = append(readTo, line.known.Position), append(events, line.known.EventID), append(recorded, line.known.RecordedAt)
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, last, id, clerk, longestClaim.Seconds())
		if err != nil {
			return err
		}
		mine = tag.RowsAffected() == 1
		_, err = tx.Exec(ctx, note, id, numbers, states, whys, requests, readTo, events, recorded)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("note what was decided: %w", err)
	}
	return mine, nil
}

// complete ends an import whose lines are all decided.
func (s *Store) complete(ctx context.Context, id string) error {
	if err := s.write(ctx, func(tx pgx.Tx) error { return end(ctx, tx, id, Completed) }); err != nil {
		return fmt.Errorf("complete an import: %w", err)
	}
	return nil
}

// release gives up what a clerk has claimed, so another one need not wait.
func (s *Store) release(ctx context.Context, clerk string) error {
	const release = `update import set clerk = '', claimed_to = '-infinity' where clerk = $1`
	err := s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, release, clerk)
		return err
	})
	if err != nil {
		return fmt.Errorf("release imports: %w", err)
	}
	return nil
}
