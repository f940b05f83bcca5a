package sealed_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

const (
	ada  = dcb.Tag("student_id:s1")
	kofi = dcb.Tag("student_id:s2")
)

// A bench is a log with its keys.
type bench struct {
	t    *testing.T
	pool *pgxpool.Pool
	log  *dcb.Store
	keys *sealed.Keys
}

func newBench(t *testing.T, pool *pgxpool.Pool) bench {
	log, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(log.Close)
	return bench{t, pool, log, sealed.NewKeys(pool, log)}
}

func (b bench) seal(subject dcb.Tag, text string) sealed.Text {
	b.t.Helper()
	is, err := b.keys.Seal(b.t.Context(), subject, text)
	require.NoError(b.t, err)
	return is
}

func (b bench) open(text sealed.Text) (string, error) {
	b.t.Helper()
	ring, err := b.keys.Ring(b.t.Context(), []dcb.Tag{ada, kofi})
	require.NoError(b.t, err)
	return ring.Open(text)
}

// A decision is a command without a name.
type decision func(context.Context, dcb.Log) error

func (d decision) Decide(ctx context.Context, log dcb.Log) error { return d(ctx, log) }

// forgets is a decision that a subject is forgotten.
func forgets(subject dcb.Tag) decision {
	return func(ctx context.Context, log dcb.Log) error {
		_, err := log.AppendAfter(ctx, []dcb.InputEvent{{Type: "Forgotten", Tags: dcb.Tags{subject}, Data: []byte(`{}`)}}, dcb.Query{}, dcb.Checkpoint{})
		return err
	}
}

// forgotten counts the events that say it.
func (b bench) forgotten() int {
	b.t.Helper()
	events, _, err := b.log.ReadSince(b.t.Context(), dcb.NewQuery(nil, "Forgotten"), dcb.Checkpoint{})
	require.NoError(b.t, err)
	return len(events)
}

func TestASealedTextIsOpenedByTheKeyOfItsSubject(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.New(t))
	for _, text := range []string{"Ada Lovelace", "", `"Zoë" & {sealed:AAAA}`, strings.Repeat("ü", 100), "\x00\xff"} {
		is := b.seal(ada, text)
		require.True(t, is.IsSealed())
		require.Equal(t, ada, is.Subject())
		require.NotContains(t, string(is), "Ada")
		opened, err := b.open(is)
		require.NoError(t, err)
		require.Equal(t, text, opened)
	}
	for _, plain := range []sealed.Text{"Ada", "", "{sealed:}", "{sealed:AAAA}", "{sealed:Ada Lovelace}", " " + b.seal(ada, "Ada")} {
		require.False(t, plain.IsSealed(), plain)
		require.Empty(t, plain.Subject())
		opened, err := b.open(plain)
		require.NoError(t, err)
		require.Equal(t, string(plain), opened)
	}
}

func TestTextsOfOneSubjectAreEqualWhenTheyWereBefore(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.New(t))
	there := newBench(t, b.pool)
	require.Equal(t, b.seal(ada, "Ada"), there.seal(ada, "Ada"))
	require.NotEqual(t, b.seal(ada, "Ada"), b.seal(ada, "Ada "))
	require.NotEqual(t, b.seal(ada, "Ada"), b.seal(kofi, "Ada"))
}

func TestWhoeverSealsFirstMakesTheKeyForAll(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.New(t))
	texts := make([]sealed.Text, 16)
	var sealing sync.WaitGroup
	for i := range texts {
		sealing.Go(func() {
			var err error
			texts[i], err = b.keys.Seal(t.Context(), ada, "Ada")
			assert.NoError(t, err)
		})
	}
	sealing.Wait()
	for _, text := range texts {
		require.Equal(t, texts[0], text)
	}
}

// A sealed text with any bit changed can't be opened.
func TestATextThatWasChangedIsNotOpened(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.New(t))
	is := string(b.seal(ada, "Ada"))
	b.seal(kofi, "Kofi")
	ring, err := b.keys.Ring(t.Context(), []dcb.Tag{ada, kofi})
	require.NoError(t, err)
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimSuffix(strings.TrimPrefix(is, "{sealed:"), "}"))
	require.NoError(t, err)
	refused := 0
	for bit := range 8 * len(data) {
		changed := []byte(string(data))
		changed[bit/8] ^= 1 << (bit % 8)
		text := sealed.Text("{sealed:" + base64.RawURLEncoding.EncodeToString(changed) + "}")
		if !text.IsSealed() {
			continue // nor would it be opened
		}
		_, err := ring.Open(text)
		require.ErrorIs(t, err, sealed.ErrUnreadable, "bit %d", bit)
		refused++
	}
	require.Greater(t, refused, 8*len("Ada"))

	ofKofi := sealed.Text("{sealed:" + base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(data), string(ada), string(kofi), 1))) + "}")
	require.Equal(t, kofi, ofKofi.Subject())
	_, err = ring.Open(ofKofi)
	require.ErrorIs(t, err, sealed.ErrUnreadable, "it was made to name another subject")
	ring[kofi] = ring[ada]
	_, err = ring.Open(ofKofi)
	require.ErrorIs(t, err, sealed.ErrUnreadable, "even if both had the same key")
}

func TestAForgottenSubjectIsToldFromALostKey(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.New(t))
	ofAda, ofKofi := b.seal(ada, "Ada"), b.seal(kofi, "Kofi")

	require.NoError(t, b.keys.Forget(t.Context(), ada, forgets(ada)))
	_, err := b.open(ofAda)
	require.ErrorIs(t, err, sealed.ErrForgotten)
	require.NotErrorIs(t, err, sealed.ErrUnreadable)
	_, err = b.keys.Seal(t.Context(), ada, "Ada")
	require.ErrorIs(t, err, sealed.ErrForgotten, "there is no new key")
	require.Equal(t, 1, b.forgotten())
	opened, err := b.open(ofKofi)
	require.NoError(t, err)
	require.Equal(t, "Kofi", opened)

	_, err = b.pool.Exec(t.Context(), `delete from dcb_subject_key where subject = $1`, string(kofi))
	require.NoError(t, err)
	_, err = b.open(ofKofi)
	require.ErrorIs(t, err, sealed.ErrUnreadable)
	require.NotErrorIs(t, err, sealed.ErrForgotten)
	b.seal(kofi, "Kofi")
	_, err = b.open(ofKofi)
	require.ErrorIs(t, err, sealed.ErrUnreadable, "the key is another one")
}

func TestWhoNeverHadAKeyIsForgottenAllTheSame(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.New(t))
	for range 2 {
		require.NoError(t, b.keys.Forget(t.Context(), ada, forgets(ada)))
	}
	_, err := b.keys.Seal(t.Context(), ada, "Ada")
	require.ErrorIs(t, err, sealed.ErrForgotten)
}

// The event is stored if and only if the key is deleted, wherever Forget is interrupted.
func TestASubjectIsForgottenOnlyTogetherWithTheEventThatSaysSo(t *testing.T) {
	t.Parallel()
	refusal := errors.New("no")
	breaks := func(ctx context.Context, tx pgx.Tx, _ dcb.Tag) error {
		_, err := tx.Exec(ctx, `select pg_terminate_backend(pg_backend_pid())`)
		return err
	}
	var inForce pgx.Tx
	watch := func(_ context.Context, tx pgx.Tx, _ dcb.Tag) error { inForce = tx; return nil }
	for name, forget := range map[string]func(context.Context, bench) error{
		"the decision refuses": func(ctx context.Context, b bench) error {
			return b.keys.Forget(ctx, ada, decision(func(context.Context, dcb.Log) error { return refusal }))
		},
		"a copy can't be cleared": func(ctx context.Context, b bench) error {
			return b.keys.Forget(ctx, ada, forgets(ada), func(context.Context, pgx.Tx, dcb.Tag) error { return refusal })
		},
		"the server drops the connection before the append": func(ctx context.Context, b bench) error {
			return b.keys.Forget(ctx, ada, forgets(ada), breaks)
		},
		"the server drops the connection behind the append": func(ctx context.Context, b bench) error {
			return b.keys.Forget(ctx, ada, decision(func(ctx context.Context, log dcb.Log) error {
				if err := forgets(ada)(ctx, log); err != nil {
					return err
				}
				_ = breaks(ctx, inForce, ada)
				return nil
			}), watch)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, pgtest.New(t))
			is := b.seal(ada, "Ada")
			require.Error(t, forget(t.Context(), b))
			require.Zero(t, b.forgotten())
			opened, err := b.open(is)
			require.NoError(t, err)
			require.Equal(t, "Ada", opened)
		})
	}
}

func TestWhetherASubjectIsForgottenIsUnknownWhenTheCommitIsLost(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.New(t))
	b.seal(ada, "Ada")
	atCommit := func(do string) {
		_, err := b.pool.Exec(t.Context(), `
			create or replace function at_commit() returns trigger language plpgsql as $$ begin `+do+`; return null; end $$;
			drop trigger if exists at_commit on dcb_subject_key;
			create constraint trigger at_commit after update on dcb_subject_key deferrable initially deferred for each row execute function at_commit()`)
		require.NoError(t, err)
	}
	atCommit(`perform pg_terminate_backend(pg_backend_pid())`)
	err := b.keys.Forget(t.Context(), ada, forgets(ada))
	require.ErrorIs(t, err, dcb.ErrUnknownOutcome)

	atCommit(`raise exception 'no'`)
	err = b.keys.Forget(t.Context(), ada, forgets(ada))
	require.Error(t, err)
	require.NotErrorIs(t, err, dcb.ErrUnknownOutcome, "it is known that nothing was stored")
	require.Zero(t, b.forgotten())
}

// The lock on a key makes them wait for each other. Whoever does so must not keep the others in the
// process from the database meanwhile.
func TestThoseWhoForgetWaitForEachOtherWithoutAConnection(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	other, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { other.Close(context.Background()) })
	ofLog, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(ofLog.Close)
	log := newBench(t, ofLog).log
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	keys := sealed.NewKeys(pool, log)
	_, err = keys.Seal(t.Context(), ada, "Ada")
	require.NoError(t, err)

	held, err := other.Begin(t.Context())
	require.NoError(t, err)
	_, err = held.Exec(t.Context(), `select from dcb_subject_key where subject = $1 for update`, string(ada))
	require.NoError(t, err)
	const many = 4
	var forgetting, begun sync.WaitGroup
	begun.Add(many)
	for range many {
		forgetting.Go(func() {
			begun.Done()
			assert.NoError(t, keys.Forget(t.Context(), ada, forgets(ada)))
		})
	}
	begun.Wait()
	require.Eventually(t, func() bool {
		var waits bool
		const ask = `select exists (select from pg_locks as l join pg_stat_activity as a using (pid) where not l.granted and a.datname = current_database())`
		require.NoError(t, other.QueryRow(t.Context(), ask).Scan(&waits))
		return waits
	}, time.Minute, 10*time.Millisecond)
	require.NoError(t, held.Rollback(t.Context()))
	forgetting.Wait()
	require.EqualValues(t, 1, pool.Stat().TotalConns(), "they had one connection after the other")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, keys.Forget(ctx, ada, forgets(ada)), context.Canceled)
}

// Forget waits for a transaction that copies opened texts, and clears the copy.
func TestNoCopyOutlivesTheKey(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.New(t))
	is := b.seal(ada, "Ada")
	_, err := b.pool.Exec(t.Context(), `create table copy (name text)`)
	require.NoError(t, err)
	clear := func(ctx context.Context, tx pgx.Tx, _ dcb.Tag) error {
		_, err := tx.Exec(ctx, `delete from copy`)
		return err
	}
	copying, err := b.pool.Begin(t.Context())
	require.NoError(t, err)
	defer copying.Rollback(context.WithoutCancel(t.Context()))
	ring := sealed.Ring{}
	var trip pgx.Batch
	ring.Load(&trip, []dcb.Tag{ada, kofi})
	require.NoError(t, copying.SendBatch(t.Context(), &trip).Close())
	opened, err := ring.Open(is)
	require.NoError(t, err)

	forgotten := make(chan error, 1)
	go func() { forgotten <- b.keys.Forget(t.Context(), ada, forgets(ada), clear) }()
	for waits := false; !waits; {
		select {
		case err := <-forgotten:
			require.Fail(t, "it did not wait", err)
		default:
			const ask = `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`
			require.NoError(t, b.pool.QueryRow(t.Context(), ask).Scan(&waits))
		}
	}
	_, err = copying.Exec(t.Context(), `insert into copy values ($1)`, opened)
	require.NoError(t, err)
	require.NoError(t, copying.Commit(t.Context()))
	require.NoError(t, <-forgotten)
	var copies int
	require.NoError(t, b.pool.QueryRow(t.Context(), `select count(*) from copy`).Scan(&copies))
	require.Zero(t, copies)
	require.Equal(t, 1, b.forgotten())
}

func TestAllSealedTextsInAPageAreOpened(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.New(t))
	ofAda, ofKofi := string(b.seal(ada, "Ada")), string(b.seal(kofi, "Kofi"))
	require.NoError(t, b.keys.Forget(t.Context(), kofi, forgets(kofi)))
	page := "<p>" + ofAda + ofAda + " and " + ofKofi + ", {sealed:AAAA}</p>"
	show := func(opened string, err error) string {
		if err != nil {
			return "[" + err.Error() + "]"
		}
		return opened
	}
	shown, err := b.keys.OpenIn(t.Context(), []byte(page), show)
	require.NoError(t, err)
	require.Equal(t, "<p>AdaAda and [the subject is forgotten], {sealed:AAAA}</p>", string(shown))

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	shown, err = b.keys.OpenIn(gone, []byte("<p>Ada</p>"), show)
	require.NoError(t, err, "nobody is asked where nothing is sealed")
	require.Equal(t, "<p>Ada</p>", string(shown))
	_, err = b.keys.OpenIn(gone, []byte(page), show)
	require.ErrorIs(t, err, context.Canceled)
}

func TestASubjectIsATag(t *testing.T) {
	t.Parallel()
	b := newBench(t, pgtest.New(t))
	for _, subject := range []dcb.Tag{"", "a\x00b", dcb.Tag(strings.Repeat("x", 1001))} {
		_, err := b.keys.Seal(t.Context(), subject, "Ada")
		_, wrong := errors.AsType[dcb.InputError](err)
		require.True(t, wrong, "%v", err)
	}
	b.seal(dcb.Tag(strings.Repeat("x", 1000)), "Ada")
}

// Two of the modes get bytes as text, as the server writes them.
func TestKeysInEveryExecMode(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a database in each mode")
	for _, mode := range pgtest.ExecModes {
		for _, output := range []string{"hex", "escape"} {
			t.Run(mode+" and "+output, func(t *testing.T) {
				t.Parallel()
				url := pgtest.URL(t)
				pgtest.Configure(t, url, "bytea_output = "+output)
				pool, err := pgxpool.New(t.Context(), pgtest.WithExecMode(url, mode))
				require.NoError(t, err)
				t.Cleanup(pool.Close)
				b := newBench(t, pool)
				is := b.seal(ada, "Ada")
				opened, err := b.open(is)
				require.NoError(t, err)
				require.Equal(t, "Ada", opened)
				require.NoError(t, b.keys.Forget(t.Context(), ada, forgets(ada)))
				_, err = b.open(is)
				require.ErrorIs(t, err, sealed.ErrForgotten)
			})
		}
	}
}
