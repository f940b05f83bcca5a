package receipt

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Every decision has a receipt, and saving it takes a commit, which costs about as much as
// that of the decision. So one statement saves many receipts: those that come while some are
// being saved gather, and are saved next. No receipt waits for others to come.

//go:embed save.sql
var saveSQL string

const (
	mostSavedAtOnce = 64

	// longestSave is how long a server may take to answer. Callers wait longer than that: the
	// receipts that gathered meanwhile are saved only afterwards.
	longestSave = 2 * time.Second
)

// A saving is a receipt that is being saved, or waits for it.
type saving struct {
	ctx     context.Context // the caller's
	id      string
	encoded string
	lists   []string
	kinds   []string
	done    chan error // gets the result; it has room for it, so nobody has to receive it
}

// Save keeps a receipt. On its lists it comes after all that were kept before. If Save returns
// an error because ctx ended, the receipt may be kept nevertheless.
func (s *Store) Save(ctx context.Context, r Receipt) error {
	encoded, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("save the receipt: %w", err)
	}
	mine := &saving{ctx, r.ID, string(encoded), r.lists(), r.kinds(), make(chan error, 1)}
	s.enter(mine)
	select {
	case err = <-mine.done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("save the receipt: %w", err)
	}
	return nil
}

// enter adds a receipt to those that wait for the next statement.
func (s *Store) enter(mine *saving) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, mine)
	if !s.saving {
		s.saving = true
		go s.saveWaiting()
	}
}

// saveWaiting saves receipts until none waits.
func (s *Store) saveWaiting() {
	ended := false
	defer func() {
		// A hook of the pool may end the goroutine, as a failed requirement of a test does.
		if !ended {
			go s.saveWaiting()
		}
	}()
	for batch := s.take(); len(batch) > 0; batch = s.take() {
		s.saveAll(batch)
	}
	ended = true
}

// take removes the next receipts from those that wait, and returns them. It also removes
// those whose callers have given up.
func (s *Store) take() []*saving {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = slices.DeleteFunc(s.waiting, func(one *saving) bool { return one.ctx.Err() != nil })
	n := min(len(s.waiting), mostSavedAtOnce)
	batch := slices.Clone(s.waiting[:n])
	s.waiting = slices.Delete(s.waiting, 0, n)
	s.saving = n > 0
	return batch
}

// saveAll saves receipts with one statement. If PostgreSQL refuses it because of one of them,
// each is saved alone, so that only that one fails.
func (s *Store) saveAll(batch []*saving) {
	err := errors.New("a hook of the connection pool has ended this")
	defer func() {
		for _, one := range batch {
			select {
			case one.done <- err:
			default: // it was saved alone, and has its result
			}
		}
	}()
	err = s.send(batch)
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.SeverityUnlocalized == "ERROR" && len(batch) > 1 {
		for i := range batch {
			s.saveAll(batch[i : i+1])
		}
	}
}

// send saves receipts in one round trip.
func (s *Store) send(batch []*saving) error {
	ctx, cancel := context.WithTimeout(context.Background(), longestSave)
	defer cancel()
	var (
		ids, receipts, lists, kinds []string
		numbers                     []int32
	)
	for i, one := range batch {
		ids, receipts = append(ids, one.id), append(receipts, one.encoded)
		for _, list := range one.lists {
			for _, kind := range one.kinds {
				numbers, lists, kinds = append(numbers, int32(i+1)), append(lists, list), append(kinds, kind)
			}
		}
	}
	var trip pgx.Batch
	trip.Queue(`begin read write`) // where transactions are read-only by default
	trip.Queue(saveSQL, ids, receipts, numbers, lists, kinds)
	trip.Queue(`commit`)
	err := s.pool.SendBatch(ctx, &trip).Close()
	if ctx.Err() != nil {
		s.pool.Reset() // the server is gone, and all connections with it
	}
	return err
}
