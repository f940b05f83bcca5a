package standing

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// Beat is how often a process says that it lives.
	Beat = 2 * time.Second

	// Silent is after how long a process that says nothing counts as silent.
	Silent = 10 * time.Second
)

// A Process is what a process says of itself.
type Process struct {
	Address string // where it listens
	Program Build
	Load    func() Load // what it does now
}

// A Load is what a process does at a moment.
type Load struct {
	Waiting time.Duration // how long its oldest append has been waiting
	Viewers int           // how many pages it tells of news
	Told    int64         // the position up to which it has told them, or 0 if nobody looks
}

const (
	announceSQL = `insert into process as p (name, address, version, waiting, viewers, told) values ($1, $2, $3, $4, $5, $6)
		on conflict (name) do update set seen_at = clock_timestamp(), waiting = excluded.waiting, viewers = excluded.viewers, told = excluded.told`

	// Rows of processes that were killed. Any process removes them, long after they are silent.
	removeDeadSQL = `delete from process where seen_at < clock_timestamp() - interval '10 minutes'`

	removeSQL = `delete from process where name = $1`

	sampleSQL = `
		insert into lag_sample as s (at, lag)
		select date_bin('2 seconds', clock_timestamp(), 'epoch'), greatest(0, coalesce((select max(position) from dcb_event), 0) - position)
		from read_generation where serving
		on conflict (at) do update set lag = excluded.lag where s.lag < excluded.lag`

	removeSamplesSQL = `delete from lag_sample where at < clock_timestamp() - interval '10 minutes'`
)

// Announce writes that a process lives, and how far pages are behind the log, now and every
// [Beat], until stop is called. stop removes the row of the process, and returns when that is
// done. While the database is away, Announce tries again at each beat, and the process goes on
// serving.
func Announce(pool *pgxpool.Pool, p Process, logger *slog.Logger) (stop func()) {
	name := processName()
	ctx, cancel := context.WithCancel(context.Background())
	var beating sync.WaitGroup
	beating.Go(func() {
		for failed := false; ctx.Err() == nil; {
			err := p.beat(ctx, pool, name)
			if err != nil && !failed && ctx.Err() == nil {
				logger.Warn("others do not see that this process lives", "error", err)
			}
			failed = err != nil
			select {
			case <-time.After(Beat):
			case <-ctx.Done():
			}
		}
	})
	return func() {
		cancel()
		beating.Wait()
		ctx, done := context.WithTimeout(context.Background(), time.Second)
		defer done()
		_ = write(ctx, pool, removeSQL, name) // otherwise the row is removed when it is old
	}
}

func (p Process) beat(ctx context.Context, pool *pgxpool.Pool, name string) error {
	ctx, done := context.WithTimeout(ctx, Beat)
	defer done()
	load := p.Load()
	if err := write(ctx, pool, announceSQL, name, p.Address, p.Program.Version, load.Waiting.Seconds(), load.Viewers, load.Told); err != nil {
		return err
	}
	for _, sql := range []string{sampleSQL, removeDeadSQL, removeSamplesSQL} {
		if err := write(ctx, pool, sql); err != nil {
			return err
		}
	}
	return nil
}

// write carries out a statement that writes, also where transactions are read-only by default.
func write(ctx context.Context, pool *pgxpool.Pool, sql string, args ...any) error {
	return pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{AccessMode: pgx.ReadWrite}, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
}

// processName returns a name for this process that no other one has.
func processName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s %d %s", host, os.Getpid(), rand.Text())
}
