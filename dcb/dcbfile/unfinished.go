package dcbfile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// While an import is not finished, the schema of the log has these:
//
//	dcb_event            a view that has none of the columns of a log
//	dcb_event_importing  the table dcb_event under another name, with the events so far
//	dcb_event_tag        the index of their tags
//	dcb_import           one row: how many events are stored, and the digest of their lines
//
// Statements find tables by name, even if they were prepared before. So every read and every
// append of every process fails until the table has its name back. It is still the same
// table, on whose identity the append lock and the notifications depend. Without the view,
// statements could find the log of another schema of the search path.

// An unfinished log is one with an import under way.
type unfinished struct {
	pool   *pgxpool.Pool
	schema string
	stored int64  // events
	digest string // of the first line of the file, and the lines of these events
}

// longestWait is how long an import waits, at its beginning and end, for others who use the
// log.
const longestWait = 10 * time.Second

// errOvertaken is returned to an import if another one changes the log.
var errOvertaken = errors.New("another import into the same log goes on at the same time")

func errOtherFile(stored int64) error {
	return fmt.Errorf("an import that was interrupted has stored %d events, and this file does not begin with them", stored)
}

// begin hides an empty log, or finds out how far an interrupted import has come.
func begin(ctx context.Context, pool *pgxpool.Pool) (*unfinished, error) {
	log, err := find(ctx, pool)
	if err != nil || log != nil {
		return log, err
	}
	if err := checkLog(ctx, pool); err != nil {
		return nil, err
	}
	log = &unfinished{pool: pool}
	err = log.change(ctx, func(tx pgx.Tx) error {
		// A statement of its own: the snapshot of the next one is newer than the lock.
		if _, err := tx.Exec(ctx, `lock table dcb_event in access exclusive mode`); err != nil {
			return err
		}
		var events int64
		var tags bool
		const look = `
			select nspname, coalesce((select max(position) from dcb_event), 0), exists (select from dcb_event_tag)
			from pg_class join pg_namespace on pg_namespace.oid = relnamespace
			where pg_class.oid = to_regclass('dcb_event') and relkind = 'r'`
		if err := tx.QueryRow(ctx, look).Scan(&log.schema, &events, &tags); err != nil {
			return err
		}
		if events > 0 || tags {
			return fmt.Errorf("the log is not empty: it has %d events; import into an empty one", events)
		}
		return log.do(ctx, tx,
			`alter table %s.dcb_event rename to dcb_event_importing`,
			`create view %s.dcb_event as select 'an import into this log is not finished' as state`,
			`create table %s.dcb_import (position bigint not null, digest text not null)`,
			`insert into %s.dcb_import values (0, '')`)
	})
	return log, err
}

// find returns the import that was begun, or nil if there is none.
func find(ctx context.Context, pool *pgxpool.Pool) (*unfinished, error) {
	log := &unfinished{pool: pool}
	const schema = `select nspname from pg_class join pg_namespace on pg_namespace.oid = relnamespace where pg_class.oid = to_regclass('dcb_event') and relkind = 'v'`
	err := pool.QueryRow(ctx, schema).Scan(&log.schema)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		err = pool.QueryRow(ctx, log.in(`select position, digest from %s.dcb_import`)).Scan(&log.stored, &log.digest)
	}
	return log, err
}

// store stores a batch, and how far the import has come.
func (log *unfinished) store(ctx context.Context, b batch) error {
	err := log.change(ctx, func(tx pgx.Tx) error {
		if err := log.lock(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, log.in(`update %s.dcb_import set position = $1, digest = $2`), b.last(), b.digest); err != nil {
			return err
		}
		return b.copyInto(ctx, tx, pgx.Identifier{log.schema, "dcb_event_importing"}, pgx.Identifier{log.schema, "dcb_event_tag"})
	})
	if err == nil {
		log.stored, log.digest = b.last(), b.digest
	}
	return err
}

// lock makes the transaction the only one that changes the import, and checks that no other
// import has changed it.
func (log *unfinished) lock(ctx context.Context, tx pgx.Tx) error {
	var stored int64
	err := tx.QueryRow(ctx, log.in(`select position from %s.dcb_import for update`)).Scan(&stored)
	if isMissing(err) || err == nil && stored != log.stored {
		return errOvertaken
	}
	return err
}

// finish makes the log usable, with all events.
func (log *unfinished) finish(ctx context.Context) error {
	return log.end(ctx, `analyze %[1]s.dcb_event_importing, %[1]s.dcb_event_tag`) // autovacuum would come later
}

// discard makes the log usable, without events.
func (log *unfinished) discard(ctx context.Context) error {
	return log.end(ctx, `truncate %[1]s.dcb_event_importing, %[1]s.dcb_event_tag`)
}

// end carries out a last statement, and gives the table of the log its name back.
func (log *unfinished) end(ctx context.Context, last string) error {
	return log.change(ctx, func(tx pgx.Tx) error {
		if err := log.lock(ctx, tx); err != nil {
			return err
		}
		return log.do(ctx, tx,
			last,
			`drop view %s.dcb_event`,
			`drop table %s.dcb_import`,
			`alter table %s.dcb_event_importing rename to dcb_event`)
	})
}

// Discard deletes the events that an interrupted import has stored, and returns how many there
// were. After it, the log is empty and can be used.
func Discard(ctx context.Context, pool *pgxpool.Pool) (int64, error) {
	log, err := find(ctx, pool)
	if err == nil && log == nil {
		err = errors.New("there is no import that was interrupted")
	}
	if err == nil {
		err = log.discard(ctx)
	}
	if err != nil {
		return 0, fmt.Errorf("discard an import: %w", err)
	}
	return log.stored, nil
}

// change calls change in a transaction. If the log is in use, the error says what to do.
func (log *unfinished) change(ctx context.Context, change func(tx pgx.Tx) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.ReadCommitted, AccessMode: pgx.ReadWrite}
	err := pgx.BeginTxFunc(ctx, log.pool, options, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, settings); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `select set_config('lock_timeout', $1, true)`, longestWait.String()); err != nil {
			return err
		}
		return change(tx)
	})
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == "55P03" {
		return fmt.Errorf("somebody has used the log for %v without a pause: stop what uses it", longestWait)
	}
	return err
}

// do carries out statements in the schema of the log.
func (log *unfinished) do(ctx context.Context, tx pgx.Tx, statements ...string) error {
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, log.in(statement)); err != nil {
			return err
		}
	}
	return nil
}

// in returns a statement in which %s is the schema of the log.
func (log *unfinished) in(statement string) string {
	return fmt.Sprintf(statement, pgx.Identifier{log.schema}.Sanitize())
}

// isMissing reports whether an error says that a table does not exist.
func isMissing(err error) bool {
	refused, ok := errors.AsType[*pgconn.PgError](err)
	return ok && refused.Code == "42P01"
}
