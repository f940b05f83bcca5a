package dcb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Follow runs a consumer until the context is done. Any number of processes may run the same
// consumer: one of them is active, and the others stand by. When the active one ends, another
// takes over within a second; when it is killed, or its machine is gone, within ten. When it hangs
// in the middle of Handle, that takes 30 seconds.
//
// The place moves in the transaction in which Handle works, and only from where the process has
// last seen it. So each event is handled once, or parked, whichever process is killed at whatever
// moment, and even if two processes believe that they are the active one. The place also moves
// past events that the query does not match.
//
// Follow waits out an outage of the database, and tells the Logger. It takes a connection of the
// pool for each transaction, and holds none in between.
//
// It always returns an error, for one of these reasons:
//
//   - The context is done, or the store is closed ([ErrClosed]).
//   - The consumer is not valid ([InputError]).
//   - The tables of 0015_dcb_consumer.sql in package dcbschema are missing. The rest of a store
//     does without them.
//   - Handle has failed for an event that is not to be parked. The error matches that of Handle.
//   - The log does not have the place ([ErrOtherHistory]): it lost events at its end that the
//     consumer has handled. [Store.MoveTo] is the way out. But if a restore or a failover has
//     taken the place back together with the log, nothing is wrong, and Follow goes on.
//   - The log does not have the checkpoint From ([ErrBeyondHead], [ErrOtherHistory]).
func (s *Store) Follow(ctx context.Context, consumer Consumer) error {
	err := consumer.check()
	if err == nil {
		f := &following{
			Consumer: consumer, store: s, turn: newTurn(s, consumer.Name), tries: cmp.Or(consumer.Tries, defaultTries),
			log: cmp.Or(consumer.Logger, s.committer.logger).With("consumer", consumer.Name),
		}
		err = f.follow(ctx)
	}
	return fmt.Errorf("follow the log as consumer %.40q: %w", consumer.Name, err)
}

// A following is a Follow that is under way.
type following struct {
	Consumer
	store *Store
	turn  turn
	tries int
	log   *slog.Logger

	at     Checkpoint // the place, while this process is active
	worked bool       // something was handled since this process became active
}

// An ending is an error that ends Follow. It waits out all others.
type ending struct{ error }

func (f *following) follow(ctx context.Context) error {
	told := "" // the last outage that the log was told
	for failures := 0; ; failures++ {
		f.worked = false
		err := f.lead(ctx)
		if end := f.store.tailEnd(ctx); end != nil {
			return end
		}
		if end, ok := errors.AsType[ending](err); ok {
			return end.error
		}
		if f.worked {
			failures, told = 0, ""
		}
		switch {
		case errors.Is(err, errOvertaken):
			f.log.InfoContext(ctx, "another process follows the log now, or the place was moved")
		case err.Error() != told:
			told = err.Error()
			f.log.WarnContext(ctx, "the consumer starts again", "error", err)
		}
		_ = pause(ctx, retryAfter(failures))
	}
}

// lead waits until this process is the active one, and handles events for as long as it is. It
// always returns an error.
func (f *following) lead(ctx context.Context) error {
	if err := f.await(ctx); err != nil {
		return err
	}
	defer f.turn.giveBack()
	f.log.InfoContext(ctx, "following the log", "position", f.at.Position)
	stretches, end := f.stretches(ctx)
	defer end()
	renew := time.NewTicker(renewEvery)
	defer renew.Stop()
	for {
		select {
		case progress, open := <-stretches:
			if !open {
				return cmp.Or(f.store.tailEnd(ctx), errOvertaken) // the place says whether the log is another one
			}
			if err := f.take(ctx, progress); err != nil {
				return err
			}
		case <-renew.C:
			if err := f.turn.renew(ctx); err != nil {
				return err
			}
		}
	}
}

// await waits until this process is the active one, and finds the place.
func (f *following) await(ctx context.Context) error {
	for ; ; _ = pause(ctx, standBy) {
		p, err := f.store.look(ctx, f.Name)
		if err == nil && !p.known {
			if err = f.begin(ctx); err == nil {
				p, err = f.store.look(ctx, f.Name)
			}
		}
		if err == nil && p.free {
			if err = f.turn.take(ctx); err == nil {
				p, err = f.store.look(ctx, f.Name) // it may have moved until then
				f.at = p.Checkpoint
				return err
			}
		}
		switch {
		case errors.Is(err, ErrOtherHistory), errors.Is(err, ErrBeyondHead), errors.Is(err, errNoTable):
			return ending{err}
		case err != nil && !errors.Is(err, errOvertaken): // which is that somebody was faster
			return err
		}
	}
}

// begin gives the consumer its first place, unless another process was faster.
func (f *following) begin(ctx context.Context) error {
	from, err := f.store.whole(ctx, f.From)
	if err == nil {
		_, err = f.store.change(ctx, insertPlaceSQL+"nothing", f.Name, from.Position, from.EventID, from.RecordedAt)
	}
	return err
}

// stretches reads the log after the place, one stretch ahead of the handling. The channel is
// closed when the context is done, the store is closed, or the log turns out to be another
// one. end has to be called: it ends the reading, and waits for that.
func (f *following) stretches(ctx context.Context) (stretches <-chan Progress, end func()) {
	ctx, cancel := context.WithCancel(ctx)
	ch, from := make(chan Progress), f.at
	var reading sync.WaitGroup
	reading.Go(func() {
		defer close(ch)
		told := ""
		for progress, err := range f.store.Tail(ctx, f.Query, from) {
			switch {
			case errors.Is(err, ErrOtherHistory):
				return
			case err == nil:
				told = ""
				select {
				case ch <- progress:
				case <-ctx.Done():
				}
			case err.Error() != told && f.store.tailEnd(ctx) == nil:
				told = err.Error()
				f.log.WarnContext(ctx, "the log can't be read", "error", err)
			}
		}
	})
	return ch, func() {
		cancel()
		reading.Wait()
	}
}
