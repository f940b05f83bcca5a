package dcb

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Consumer makes something of the events that a query matches: rows of a table, messages that
// are to be sent, or decisions of its own. [Store.Follow] runs it. How far it has come, its
// place, is kept in the database under its name. So it goes on from there after a restart, in
// whatever process.
type Consumer struct {
	// Name is whose place it is, 1 to 255 bytes. All processes that run the same consumer use
	// the same name.
	Name string

	// Query selects the events. It may not be the zero Query, which matches nothing. When a
	// consumer gets another query, the events before its place stay as they are: to handle
	// those, take another name, or use [Store.MoveTo].
	Query Query

	// Handle does in the transaction tx what follows from the events. There is at least one, and
	// they are in the order of the log. The last one is the last of its append that matches, so
	// nobody sees a part of an append, unless Park is true. Follow commits tx, and the place
	// behind the events with it.
	//
	// What Handle does in tx happens once. What it does elsewhere may happen again, when the
	// process is killed or the commit fails; [Event].ID tells that it is the same event. Handle
	// reaches the log by [Store.InTx]. It has 30 seconds, then ctx is done. It must neither commit tx
	// nor roll it back.
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
	// error, and so it does in all processes, one after the other. Nothing behind that append is
	// handled. If Park is true, the event is parked: the Logger is told, and Follow goes on behind
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

// A standing is where a consumer stands in the log.
type standing struct {
	Checkpoint
	known bool       // or nobody has run the consumer yet
	free  bool       // no process is active
	there bool       // the log has the event at the place
	head  Checkpoint // where the log ends
}

// lookSQL returns the place of the consumer $1, as of one moment. It changes nothing.
const lookSQL = `
	select coalesce(c.position, 0), coalesce(c.event_id::text, ''), coalesce(c.recorded_at, 'epoch'),
	       c.name is not null,
	       coalesce(c.until < clock_timestamp(), true),
	       coalesce(c.position, 0) = 0 or exists (
	           select from dcb_event as e
	           where e.position = c.position and e.id = c.event_id and e.recorded_at = c.recorded_at),
	       coalesce(head.position, 0), coalesce(head.id::text, ''), coalesce(head.recorded_at, 'epoch')
	from (select $1::text as name) as wanted
	left join dcb_consumer as c on c.name = wanted.name
	left join (select position, id, recorded_at from dcb_event order by position desc limit 1) as head on true`

// look returns where a consumer is. Its error matches [ErrOtherHistory] if that is not in the log.
func (s *Store) look(ctx context.Context, name string) (p standing, err error) {
	if err := s.open(); err != nil {
		return p, err
	}
	err = s.query(ctx, lookSQL, []any{name}, func(results pgx.BatchResults) error {
		return results.QueryRow().Scan(&p.Position, &p.EventID, &p.RecordedAt, &p.known, &p.free, &p.there,
			&p.head.Position, &p.head.EventID, &p.head.RecordedAt)
	})
	switch {
	case err != nil:
		return p, noTable(err)
	case p.Position == 0:
		p.Checkpoint = Checkpoint{}
	case !p.there:
		return p, &OtherHistoryError{Known: p.Checkpoint, Head: p.head}
	}
	return p, nil
}

// noTable says which migration is missing, if that is why a statement failed.
func noTable(err error) error {
	if hasCode(err, "42P01") {
		return fmt.Errorf("%w: %w", errNoTable, err)
	}
	return err
}

// Place returns how far a consumer has come, whichever process runs it. The lag is how many
// events the log has behind that place, whether the query matches them or not. A consumer that
// nobody has run yet is at the beginning of the log. If the log does not have the place any
// more, the error matches [ErrOtherHistory].
func (s *Store) Place(ctx context.Context, name string) (place Checkpoint, lag int64, err error) {
	err = checkName(name)
	if err == nil {
		p, lookErr := s.look(ctx, name)
		place, lag, err = p.Checkpoint, p.head.Position-p.Position, lookErr
	}
	if err != nil {
		return Checkpoint{}, 0, fmt.Errorf("look for the place of consumer %.40q: %w", name, err)
	}
	return place, lag, nil
}

// The pause between two looks of WaitFor doubles from the first to the last: most often what
// is waited for is there within a few milliseconds.
const (
	firstLook = 2 * time.Millisecond
	lastLook  = 64 * time.Millisecond
)

// WaitFor waits until a consumer has come to a position, whichever process runs it: what
// follows from the events up to there can be read then. When the context is done, the error
// says where the consumer is.
func (s *Store) WaitFor(ctx context.Context, name string, position int64) error {
	at, err := s.waitFor(ctx, name, position)
	if err != nil {
		return fmt.Errorf("wait for consumer %.40q, which is at %d, to come to %d: %w", name, at, position, err)
	}
	return nil
}

func (s *Store) waitFor(ctx context.Context, name string, position int64) (at int64, err error) {
	if err := cmp.Or(checkName(name), At(position).Check()); err != nil {
		return 0, err
	}
	for look := firstLook; ; look = min(2*look, lastLook) {
		p, err := s.look(ctx, name)
		if ctx.Err() != nil {
			return at, ctx.Err()
		}
		if at = p.Position; err != nil || at >= position {
			return at, err
		}
		_ = pause(ctx, look)
	}
}

const (
	lockPlaceSQL = `select position, coalesce(event_id::text, ''), coalesce(recorded_at, 'epoch') from dcb_consumer where name = $1 for update`

	setPlaceSQL = `insert into dcb_consumer (name, position, event_id, recorded_at)
		values ($1, $2::bigint, nullif($3, '')::uuid, case when $2::bigint > 0 then $4::timestamptz end)
		on conflict (name) do update
		set position = excluded.position, event_id = excluded.event_id, recorded_at = excluded.recorded_at, holder = '', until = '-infinity'`

	// Those events are handled again.
	unparkBehindSQL = `delete from dcb_parked where consumer = $1 and position > $2::bigint`
)

// MoveTo moves a consumer to another place, in a transaction of the caller's, and returns where
// it was. In the same transaction the caller undoes what the consumer has made of the events
// behind the new place. So a table can be made again from the beginning, or from where
// [OtherHistoryError] says that both histories are the same.
//
// From MoveTo until the transaction ends, the consumer waits; then it goes on from the new place.
// Events that are parked behind that place are parked no longer, because they are handled again. If
// the log does not have the place, the error matches [ErrBeyondHead] or [ErrOtherHistory].
func (s *Store) MoveTo(ctx context.Context, tx pgx.Tx, name string, to Checkpoint) (from Checkpoint, err error) {
	if err = checkName(name); err == nil {
		from, err = s.moveTo(ctx, tx, name, to)
	}
	if err != nil {
		return Checkpoint{}, fmt.Errorf("move consumer %.40q to %d: %w", name, to.Position, err)
	}
	return from, nil
}

func (s *Store) moveTo(ctx context.Context, tx pgx.Tx, name string, to Checkpoint) (from Checkpoint, err error) {
	to, err = s.inTx(tx).whole(ctx, to)
	if err != nil {
		return from, err
	}
	rows, _ := tx.Query(ctx, lockPlaceSQL, name) // ForEachRow returns the error
	_, err = pgx.ForEachRow(rows, []any{&from.Position, &from.EventID, &from.RecordedAt}, func() error { return nil })
	if err != nil {
		return from, noTable(err)
	}
	if from.Position == 0 {
		from = Checkpoint{}
	}
	var trip pgx.Batch
	trip.Queue(setPlaceSQL, name, to.Position, to.EventID, to.RecordedAt)
	trip.Queue(unparkBehindSQL, name, to.Position)
	return from, tx.SendBatch(ctx, &trip).Close()
}

// whole returns a checkpoint with the event at its position. Its error says that the log does
// not have it.
func (r reader) whole(ctx context.Context, c Checkpoint) (Checkpoint, error) {
	if err := c.Check(); err != nil || c.Position == 0 {
		return Checkpoint{}, err
	}
	events, _, err := r.readAll(ctx, AllEvents(), ReadOptions{After: c.Position - 1}.upTo(c.Position), c)
	if err != nil {
		return Checkpoint{}, err
	}
	return events[0].Checkpoint(), nil
}
