package receipt_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/receipt"
)

func TestSinceStart(t *testing.T) {
	t.Parallel()
	plain := func(readTo int64) receipt.Attempt { return receipt.Attempt{ReadTo: readTo} }
	over := func(readTo int64) receipt.Attempt {
		return receipt.Attempt{ReadTo: readTo, StartedOver: &receipt.StartedOver{}}
	}
	for name, test := range map[string]struct{ attempts, want []receipt.Attempt }{
		"of none":                                {nil, nil},
		"of attempts that build on each other":   {[]receipt.Attempt{plain(1), plain(2)}, []receipt.Attempt{plain(1), plain(2)}},
		"after the first":                        {[]receipt.Attempt{over(1), plain(2), plain(3)}, []receipt.Attempt{plain(2), plain(3)}},
		"after the last of several":              {[]receipt.Attempt{over(1), plain(2), over(3), plain(4)}, []receipt.Attempt{plain(4)}},
		"with the last attempt, whatever it met": {[]receipt.Attempt{over(1), plain(2), over(3)}, []receipt.Attempt{plain(2), over(3)}},
		"with the only attempt":                  {[]receipt.Attempt{over(1)}, []receipt.Attempt{over(1)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, receipt.SinceStart(test.attempts))
		})
	}
}

func TestAnAttemptIsVoidIfTheDecisionStartedOverAfterIt(t *testing.T) {
	t.Parallel()
	r := receipt.Receipt{Attempts: []receipt.Attempt{{}, {StartedOver: &receipt.StartedOver{}}, {}}}
	assert.True(t, r.IsVoid(0))
	assert.True(t, r.IsVoid(1), "it found out itself")
	assert.False(t, r.IsVoid(2))
}

// A past is a log that can lose its end, as in a failover.
type past struct {
	*dcb.Store
	t    *testing.T
	pool *pgxpool.Pool
}

func newPast(t *testing.T, facts ...dcb.Fact) past {
	t.Helper()
	pool := pgtest.New(t)
	log, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(log.Close)
	appendFacts(t, log, facts...)
	return past{log, t, pool}
}

// lose deletes the events after a position.
func (p past) lose(after int64) {
	p.t.Helper()
	for _, sql := range []string{`delete from dcb_event_tag where position > $1`, `delete from dcb_event where position > $1`} {
		_, err := p.pool.Exec(p.t.Context(), sql, after)
		require.NoError(p.t, err)
	}
}

func TestADecisionThatStartsOverForgetsWhatItKnew(t *testing.T) {
	t.Parallel()

	t.Run("when its append finds another log", func(t *testing.T) {
		t.Parallel()
		log := newPast(t, opened{"blue", 2}, chosen{"blue"}, taken{"blue", "kofi"})
		ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Decided: func(step dcb.TraceDecided) {
			if step.Attempt == 1 {
				log.lose(2)
				appendFacts(t, log.Store, taken{"blue", "mei"})
			}
		}})
		r := record(t, ctx, log.Store, take{"blue", "ada"})
		require.Len(t, r.Attempts, 2)
		over := r.Attempts[0].StartedOver
		require.NotNil(t, over)
		assert.Equal(t, int64(3), over.Known)
		assert.Positive(t, over.Wait)
		assert.False(t, over.Reading, "it had read, and decided")
		assert.Equal(t, knew(2, "kofi"), r.Attempts[0].Knew)
		require.Len(t, r.Attempts[0].Wanted, 1)
		assert.Zero(t, r.Attempts[0].Wanted[0].Position, "it was not appended")
		assert.Equal(t, receipt.Attempt{
			ReadTo: 3, Read: 2, LastRead: stored(t, log.Store, 1, 3),
			Knew:   knew(2, "mei"),
			Wanted: stored(t, log.Store, 4),
		}, r.Attempts[1])
	})

	t.Run("and events that it read before are not inside a boundary that moved", func(t *testing.T) {
		t.Parallel()
		log := newPast(t, opened{"blue", 2}, opened{"green", 2}, chosen{"blue"})
		ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Decided: func(step dcb.TraceDecided) {
			if step.Attempt == 1 {
				log.lose(2)
				appendFacts(t, log.Store, chosen{"green"})
			}
		}})
		r := record(t, ctx, log.Store, takeChosen{"ada"})
		require.Len(t, r.Attempts, 2)
		require.NotNil(t, r.Attempts[1].Moved)
		assert.Equal(t, 2, r.Attempts[1].Moved.Inside)
		assert.Equal(t, stored(t, log.Store, 2, 3), r.Attempts[1].Moved.LastInside)
	})

	t.Run("when it fails before it has read again", func(t *testing.T) {
		t.Parallel()
		log := newPast(t, opened{"blue", 2}, taken{"blue", "kofi"})
		ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Decided: func(dcb.TraceDecided) {
			log.lose(1)
			unreadable(t, log.Store, "blue")
		}})
		r := record(t, ctx, log.Store, take{"blue", "ada"})
		require.Len(t, r.Attempts, 2)
		require.NotNil(t, r.Attempts[0].StartedOver)
		failure := &receipt.Failure{Kind: receipt.Unreadable, Type: "Taken", Position: 2, Reading: true}
		assert.Equal(t, receipt.Attempt{Failure: failure}, r.Last(), "it knows nothing up to 0")
	})
}

// A losing log loses its end between the two reads of a decision that finds a part of its
// boundary while reading.
type losing struct {
	past
	lose func()
}

func (l losing) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	l.lose()
	return l.past.ReadUpTo(ctx, query, upTo)
}

// The first attempt breaks off between its two reads, before it knows its whole boundary.
func TestADecisionThatStartsOverInItsFirstReadHasTheBoundaryOfTheNext(t *testing.T) {
	t.Parallel()
	choice := dcb.QueryItem{Types: []string{"Chosen"}, Tags: dcb.NewTags("choice", "room")}
	green := dcb.QueryItem{Types: []string{"Opened", "Taken"}, Tags: dcb.NewTags("room", "green")}
	over := func(t *testing.T, r receipt.Receipt) {
		t.Helper()
		require.Len(t, r.Attempts, 2)
		wait := r.Attempts[0].StartedOver.Wait
		require.Equal(t, receipt.Attempt{StartedOver: &receipt.StartedOver{Known: 3, Wait: wait, Reading: true}}, r.Attempts[0])
	}

	t.Run("when that reads", func(t *testing.T) {
		t.Parallel()
		log := newPast(t, opened{"blue", 2}, opened{"green", 2}, chosen{"blue"})
		r := record(t, t.Context(), losing{log, sync.OnceFunc(func() {
			log.lose(2)
			appendFacts(t, log.Store, chosen{"green"})
		})}, takeChosen{"ada"})
		over(t, r)
		assert.Equal(t, []dcb.QueryItem{choice, green}, r.Boundary)
		assert.Nil(t, r.Attempts[1].Moved)
		assert.Equal(t, stored(t, log.Store, 2, 3), r.Attempts[1].LastRead)
		assert.Equal(t, stored(t, log.Store, 4), r.Attempts[1].Wanted)
	})

	t.Run("when that fails", func(t *testing.T) {
		t.Parallel()
		log := newPast(t, opened{"blue", 2}, opened{"green", 2}, chosen{"blue"})
		r := record(t, t.Context(), losing{log, sync.OnceFunc(func() {
			log.lose(1)
			e := dcb.NewInputEvent("Chosen", chosen{}.Tags(), []byte(`{"room":7}`))
			_, err := log.AppendEvents(t.Context(), []dcb.InputEvent{e}, dcb.Query{}, 0)
			require.NoError(t, err)
		})}, takeChosen{"ada"})
		over(t, r)
		assert.Equal(t, []dcb.QueryItem{choice}, r.Boundary, "as far as it is known before anything is read")
		assert.Equal(t, receipt.Unreadable, r.Last().Failure.Kind)
	})
}
