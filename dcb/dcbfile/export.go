package dcbfile

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
)

// A Summary says which events a file has.
type Summary struct {
	Events int64
	SHA256 string // of all lines except the last, which has it; in hexadecimal
}

// settings make texts of a transaction UTF-8, and let it take as long as it needs.
// transaction_timeout is new in PostgreSQL 17.
const settings = `
	select set_config('client_encoding', 'UTF8', true)
	union all
	select set_config(name, '0', true)
	from pg_settings
	where name in ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')`

// Export writes the log in the pool's database to w, as it is at one moment. Appends go on
// meanwhile, and are not in the file.
//
// Export tells progress how many events of how many are written. progress may be nil.
//
// After an error, the file has no last line, and Import refuses it.
func Export(ctx context.Context, pool *pgxpool.Pool, w io.Writer, progress func(done, total int64)) (Summary, error) {
	if err := checkLog(ctx, pool); err != nil {
		return Summary{}, fmt.Errorf("export the log: %w", err)
	}
	if progress == nil {
		progress = func(int64, int64) {}
	}
	e := export{encoder: newEncoder(), out: bufio.NewWriterSize(w, 1<<20), digest: sha256.New(), progress: progress}
	moment := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := pgx.BeginTxFunc(ctx, pool, moment, func(tx pgx.Tx) error { return e.write(ctx, tx) })
	if err != nil {
		return Summary{}, fmt.Errorf("export the log: %w", err)
	}
	return Summary{Events: e.total, SHA256: digestOf(e.digest)}, nil
}

// checkLog returns an error if the database has no log that can be used.
func checkLog(ctx context.Context, pool *pgxpool.Pool) error {
	store, err := dcb.NewEventStore(ctx, pool)
	if err == nil {
		store.Close()
	}
	return err
}

// An export is under way.
type export struct {
	encoder     *encoder
	out         *bufio.Writer
	digest      hash.Hash // of what was written
	done, total int64
	progress    func(done, total int64)
}

func (e *export) write(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, settings); err != nil {
		return err
	}
	if err := tx.QueryRow(ctx, `select coalesce(max(position), 0) from dcb_event`).Scan(&e.total); err != nil {
		return err
	}
	if err := e.line(header{formatName, formatVersion, e.total}); err != nil {
		return err
	}
	e.progress(0, e.total)
	if err := e.events(ctx, tx); err != nil {
		return err
	}
	if e.done != e.total {
		return fmt.Errorf("the log is damaged: it ends at position %d, and has %d events", e.total, e.done)
	}
	e.progress(e.done, e.total)
	last, err := e.encoder.encode(footer{digestOf(e.digest)})
	if err != nil {
		return err
	}
	if _, err := e.out.Write(last); err != nil {
		return err
	}
	return e.out.Flush()
}

const allEvents = `
	select position, id::text, type, tags, data::text, causation_id, correlation_id, metadata::text, recorded_at, append_rest
	from dcb_event
	order by position`

func (e *export) events(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, allEvents)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var stored event
		err := rows.Scan(&stored.Position, &stored.ID, &stored.Type, &stored.Tags, &stored.Data,
			&stored.CausationID, &stored.CorrelationID, &stored.Metadata, &stored.RecordedAt, &stored.AppendRest)
		if err != nil {
			return fmt.Errorf("read the event after position %d: %w", e.done, err)
		}
		if err := e.event(stored); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the event after position %d: %w", e.done, err)
	}
	return nil
}

func (e *export) event(stored event) error {
	if stored.Position != e.done+1 {
		return fmt.Errorf("the log is damaged: position %d follows %d", stored.Position, e.done)
	}
	stored.RecordedAt = stored.RecordedAt.UTC()
	if err := e.line(stored); err != nil {
		return fmt.Errorf("write the event at position %d: %w", stored.Position, err)
	}
	e.done++
	if e.done%1000 == 0 {
		e.progress(e.done, e.total)
	}
	return nil
}

func (e *export) line(line any) error {
	text, err := e.encoder.encode(line)
	if err != nil {
		return err
	}
	if len(text) > mostLine {
		return fmt.Errorf("its line would be longer than %d bytes", mostLine)
	}
	e.digest.Write(text)
	_, err = e.out.Write(text)
	return err
}
