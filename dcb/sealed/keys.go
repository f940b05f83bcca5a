package sealed

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
)

// Keys are the keys of all subjects. They are safe for concurrent use, also by several
// processes on one database.
type Keys struct {
	pool *pgxpool.Pool
	log  *dcb.Store
	turn chan struct{} // has room for one: whoever forgets waits here for others, without a connection
}

// NewKeys returns the keys in the pool's database, which must have the log and the table of
// dcb/dcbschema/0016_dcb_sealed.sql.
func NewKeys(pool *pgxpool.Pool, log *dcb.Store) *Keys {
	return &Keys{pool, log, make(chan struct{}, 1)}
}

// Seal seals a text of a subject. It makes a key if the subject has none. The error matches
// [ErrForgotten] if the subject is forgotten. Seal takes one round trip.
func (k *Keys) Seal(ctx context.Context, subject dcb.Tag, text string) (Text, error) {
	if err := dcb.NewQuery(dcb.Tags{subject}).Check(); err != nil {
		return "", fmt.Errorf("seal a text: %w", err)
	}
	made := make([]byte, keySize)
	rand.Read(made) // never fails, see its documentation
	ring := Ring{}
	var trip pgx.Batch
	trip.Queue(`begin isolation level read committed read write`)
	trip.Queue(`insert into dcb_subject_key (subject, key) values ($1, $2) on conflict (subject) do nothing`, string(subject), made)
	ring.load(&trip, selectKeys, []dcb.Tag{subject}) // a later statement: it sees a key that the insert waited for
	trip.Queue(`commit`)
	if err := k.pool.SendBatch(ctx, &trip).Close(); err != nil {
		return "", fmt.Errorf("make or find the key of %.40q: %w", subject, err)
	}
	if ring[subject] == nil {
		return "", fmt.Errorf("seal a text of %.40q: %w", subject, ErrForgotten)
	}
	return seal(ring[subject], subject, text), nil
}

// selectKeys finds the keys of the subjects $1, in hexadecimal: some modes of pgx get bytes as text, and
// the server writes them as bytea_output says.
const selectKeys = `select subject, encode(key, 'hex') from dcb_subject_key where subject = any ($1)`

// Ring returns the keys of subjects, as of now, in one round trip. It has no entry for a
// subject that never had a key.
func (k *Keys) Ring(ctx context.Context, subjects []dcb.Tag) (Ring, error) {
	ring := Ring{}
	if len(subjects) == 0 {
		return ring, nil
	}
	var trip pgx.Batch
	ring.load(&trip, selectKeys, subjects)
	if err := k.pool.SendBatch(ctx, &trip).Close(); err != nil {
		return nil, fmt.Errorf("look for keys: %w", err)
	}
	return ring, nil
}

// OpenIn calls [Ring.OpenIn] with the keys of all sealed texts in a text, as of now. It takes
// one round trip, or none if there are no sealed texts.
func (k *Keys) OpenIn(ctx context.Context, text []byte, show func(opened string, err error) string) ([]byte, error) {
	subjects := subjectsIn(text)
	if len(subjects) == 0 {
		return text, nil
	}
	ring, err := k.Ring(ctx, subjects)
	if err != nil {
		return nil, err
	}
	return ring.OpenIn(text, show), nil
}

// Forget deletes the key of a subject, in one transaction with the decision of a command whose
// fact says that the subject is forgotten. If the decision refuses or fails, the key stays,
// and Forget returns its error. After Forget has returned nil, no process can open a text of
// the subject.
//
// Each function of clear deletes copies of opened texts from a table, in the same
// transaction. When it is called, nobody can add copies any more, see [Ring.Load].
//
// The decision holds the append lock until the commit, see [dcb.Store.InTx], so it must not
// wait for people. The error matches [dcb.ErrUnknownOutcome] if the connection was lost
// during the commit.
func (k *Keys) Forget(ctx context.Context, subject dcb.Tag, cmd dcb.Command, clear ...func(context.Context, pgx.Tx, dcb.Tag) error) error {
	const forget = `
		insert into dcb_subject_key (subject, forgotten_at) values ($1, now())
		on conflict (subject) do update set key = null, forgotten_at = coalesce(dcb_subject_key.forgotten_at, now())`
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return fmt.Errorf("forget %.40q: %w", subject, ctx.Err())
	}
	tx, err := k.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted, AccessMode: pgx.ReadWrite})
	if err != nil {
		return fmt.Errorf("forget %.40q: %w", subject, err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // does nothing after a commit
	// The key comes first, because that waits for transactions that copy opened texts. The
	// append comes last, because it takes the append lock.
	if _, err := tx.Exec(ctx, forget, string(subject)); err != nil {
		return fmt.Errorf("forget the key of %.40q: %w", subject, err)
	}
	for _, do := range clear {
		if err := do(ctx, tx, subject); err != nil {
			return fmt.Errorf("clear copies of texts of %.40q: %w", subject, err)
		}
	}
	if err := cmd.Decide(ctx, k.log.InTx(tx)); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		if e, answered := errors.AsType[*pgconn.PgError](err); !answered || e.SeverityUnlocalized != "ERROR" {
			err = fmt.Errorf("%w: %w", dcb.ErrUnknownOutcome, err)
		}
		return fmt.Errorf("forget %.40q: %w", subject, err)
	}
	return nil
}
