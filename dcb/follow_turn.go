package dcb

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"
)

const (
	// standBy is how long the other processes wait before they look again.
	standBy = 250 * time.Millisecond

	// renewEvery is how often the active process renews its turn if it has no events to handle.
	renewEvery = time.Second
)

var (
	// errOvertaken is matched when another process is the active one, or the place is not where
	// this one left it, or the log is not the one that was read.
	errOvertaken = errors.New("another process follows the log now, or the place was moved")

	errNoTable = errors.New("its tables are missing, apply 0015_dcb_consumer.sql of package dcbschema first")
)

// A turn is the right of one process to be the active one of a consumer, for five seconds at a
// time. It avoids doing work twice. It does not keep two processes apart: a process that was
// paused goes on without knowing that its turn has run out.
type turn struct {
	store        *Store
	name, holder string // of the consumer, and of this process
}

func newTurn(s *Store, name string) turn {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return turn{s, name, fmt.Sprintf("%s %d %s", host, os.Getpid(), rand.Text())}
}

// take takes the turn if it is free. If the row is locked, it is not: the active process is
// at work, even if its time has run out.
func (t turn) take(ctx context.Context) error {
	return t.change(ctx, `update dcb_consumer set holder = $2, until = clock_timestamp() + interval '5 seconds'
		where name = (select name from dcb_consumer where name = $1 and (until < clock_timestamp() or holder = $2) for update skip locked)`)
}

// renew renews the turn, even one that has run out, if no other process has taken it.
func (t turn) renew(ctx context.Context) error {
	return t.change(ctx, `update dcb_consumer set until = clock_timestamp() + interval '5 seconds' where name = $1 and holder = $2`)
}

// giveBack lets another process take the turn at once. If it fails, the turn runs out.
func (t turn) giveBack() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = t.change(ctx, `update dcb_consumer set until = '-infinity' where name = $1 and holder = $2`)
}

// change changes the row of the consumer. Its error matches errOvertaken if another process has
// the turn.
func (t turn) change(ctx context.Context, statement string) error {
	changed, err := t.store.change(ctx, statement, t.name, t.holder)
	if err == nil && changed == 0 {
		err = errOvertaken
	}
	return err
}
