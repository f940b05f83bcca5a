package dcb

import (
	"cmp"
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5"
)

// A Consumer handles the events that a query matches: it writes rows of a table, say, sends
// messages, or takes decisions of its own. [Store.Follow] runs it. Its place, which is how far it
// has come, is kept in the database under its name. So it goes on from there after a restart, in
// any process.
type Consumer struct {
	// Name is the name of the place, 1 to 255 bytes. All processes that run the same consumer use
	// the same name.
	Name string

	// Query selects the events. It may not be the zero Query, which matches nothing. When a
	// consumer gets another query, the events before its place stay as they are: to handle
	// those, take another name, or use [Store.MoveTo].
	Query Query

	// Handle handles the events in the transaction tx. There is at least one event, and
	// they are in the order of the log. The last one is the last of its append that matches, so
	// it never sees a part of an append, unless Park is true. Follow commits tx, and with it the
	// place after the events.
	//
	// What Handle does in tx happens once. What it does elsewhere may happen again, when the
	// process is killed or the commit fails; [Event].ID tells that it is the same event. Handle
	// reaches the log by [Store.InTx]. It has 30 seconds, then ctx is done. It must neither commit tx
	// nor roll it back. If it leaves rows open that it has asked tx for, it has failed.
	Handle func(ctx context.Context, tx pgx.Tx, events []Event) error

	// From is where the consumer begins if it has no place yet. The zero value is the beginning
	// of the log. With what [Store.Head] returns it begins with what is appended from now on.
	From Checkpoint

	// Tries is how often Handle may fail for events that can't be handled; 0 means 10. The pause
	// after a try doubles, from 16 milliseconds up to a minute: 10 tries take 8 seconds, 20 take
	// 10 minutes.
	//
	// When Handle fails for events of several appends, all that it did is rolled back. Then
	// each append gets a transaction of its own, so that one that can't be handled fails alone.
	Tries int

	// Park says what happens when the last try has failed. If Park is false, Follow returns the
	// error, and so it does in all processes, one after the other. No later append is
	// handled. If Park is true, the event is parked: the Logger is told, and Follow goes on after
	// it. To find the event, Handle gets the events of an append one by one after it has
	// failed for all of them. [Store.Parked] lists what is parked, and [Store.Retry] hands it in again.
	Park bool

	// Logger is told of outages, of tries that failed, and of events that are parked. If it is
	// nil, that is the store's, see [Options].
	Logger *slog.Logger
}

const (
	maxNameLength = 255
	defaultTries  = 10
)

// check says what is wrong with a consumer.
func (c Consumer) check() error {
	switch {
	case c.Handle == nil:
		return inputErrorf("the consumer has no Handle, so nothing would become of the events")
	case c.Query.IsZero():
		return inputErrorf("the consumer's query matches nothing; ask for every event with AllEvents()")
	case c.Tries < 0:
		return inputErrorf("the number of tries is negative: %d", c.Tries)
	}
	return cmp.Or(checkName(c.Name), c.Query.Check(), c.From.Check())
}

func checkName(name string) error {
	if err := checkText(name, maxNameLength); err != nil {
		return inputErrorf("the consumer's name %.40q %v", name, err)
	}
	return nil
}
