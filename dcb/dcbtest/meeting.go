package dcbtest

import (
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
)

// The promises here are about several callers at once. A race finds a gap most of the time.
// A meeting holds each gap open, and finds it every time.

// A meeting is two appends at once: while one is held, the other goes as far as it can, to
// its end or until it waits for the first. The condition of each is that no event with its
// tag was stored meanwhile.
type meeting struct {
	where  string
	errs   []error     // of the append that was held, and of the other
	stored []dcb.Event // by the two
	seen   []dcb.Event // by a reader during the meeting, and then from the position that it had reached
}

// meetings yields a meeting whose append is held before its first round trip, one whose
// append is held before its second, and so on. In the last meeting it is held in its commit.
func (s *site) meetings(t *testing.T, heldTag, otherTag dcb.Tag) iter.Seq[meeting] {
	return func(yield func(meeting) bool) {
		for n := 1; ; n++ {
			var trips atomic.Int64
			reached, release := make(chan struct{}), make(chan struct{})
			s.hook.Set(func(string) {
				if trips.Add(1) == int64(n) {
					close(reached)
					<-release
				}
			})
			isHeld := func(done <-chan struct{}) bool {
				select {
				case <-reached:
					return true
				case <-done:
					return false
				}
			}
			m, ok := s.meet(t, heldTag, otherTag, 1, isHeld, sync.OnceFunc(func() { close(release) }))
			if !ok {
				break // there is no nth round trip
			}
			m.where = fmt.Sprintf("before round trip %d", n)
			if !yield(m) {
				return
			}
		}
		s.hook.Set(func(string) {})
		release := s.holdCommits(t)
		isHeld := func(done <-chan struct{}) bool {
			s.asFarAsItGoes(t, done, 1)
			return true
		}
		m, _ := s.meet(t, heldTag, otherTag, 2, isHeld, release)
		m.where = "in the commit"
		yield(m)
	}
}

// meet lets two appends meet, and reports whether the first was held. sessions is how many
// sessions wait for a lock when the second has gone as far as it can.
func (s *site) meet(t *testing.T, heldTag, otherTag dcb.Tag, sessions int, isHeld func(done <-chan struct{}) bool, release func()) (meeting, bool) {
	t.Helper()
	defer release()
	m := meeting{errs: make([]error, 2)}
	_, start, err := s.other.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	send := func(i int, store Store, e dcb.InputEvent) <-chan struct{} {
		return inBackground(func() {
			_, m.errs[i] = store.AppendAfter(t.Context(), []dcb.InputEvent{e}, tagged(e.Tags...), dcb.At(start.Position))
		})
	}
	held := send(0, s.store, event("Held", heldTag))
	if !isHeld(held) {
		require.NoError(t, m.errs[0], "alone")
		return meeting{}, false
	}
	other := send(1, s.other, event("Other", otherTag))
	s.asFarAsItGoes(t, other, sessions)
	seen, position, err := s.other.ReadSince(t.Context(), dcb.AllEvents(), start)
	require.NoError(t, err)
	release()
	<-held
	<-other
	m.seen = append(seen, readFrom(t, s.other, dcb.AllEvents(), position.Position)...)
	m.stored = readFrom(t, s.other, dcb.AllEvents(), start.Position)
	return m, true
}

func oneOfTwoIsStored(t *testing.T, s *site) {
	for m := range s.meetings(t, "seat:1", "seat:1") {
		require.Contains(t, m.errs, error(nil), "%s: one wins", m.where)
		for _, err := range m.errs {
			if err != nil {
				require.ErrorIs(t, err, dcb.ErrConflict, m.where)
			}
		}
		require.NotEqual(t, []error{nil, nil}, m.errs, "%s: both win", m.where)
		require.Len(t, m.stored, 1, m.where)
	}
}

func strangersNeverConflict(t *testing.T, s *site) {
	for m := range s.meetings(t, "seat:1", "seat:2") {
		require.Equal(t, []error{nil, nil}, m.errs, m.where)
		require.Len(t, m.stored, 2, m.where)
	}
}

func readersMissNothing(t *testing.T, s *site) {
	for m := range s.meetings(t, "seat:1", "seat:2") {
		require.Equal(t, positions(m.stored), positions(m.seen), m.where)
	}
}

// readsAreOfOneMoment appends before each round trip of a read.
func readsAreOfOneMoment(t *testing.T, s *site) {
	for _, events := range [][]dcb.InputEvent{events(1, "A", "x"), events(1500, "A", "x")} {
		appendTo(t, s.other, events...)
		trips := 0
		s.hook.Set(func(string) {
			if trips++; trips <= 20 {
				_, err := s.other.AppendAfter(t.Context(), []dcb.InputEvent{event("A", "x")}, dcb.Query{}, dcb.Checkpoint{})
				assert.NoError(t, err)
			}
		})
		read, head, err := s.store.ReadSince(t.Context(), tagged("x"), dcb.Checkpoint{})
		require.NoError(t, err)
		assert.Len(t, read, int(head.Position), "of ReadSince")

		position, state, err := s.store.ReadState(t.Context(), tagged("x"), count)
		require.NoError(t, err)
		assert.EqualValues(t, position, state, "of ReadState")
	}
}

func conflictsShowBesideOpenTransactions(t *testing.T, s *site) {
	s.openTransaction(t, `create table unrelated (n int)`) // gives it a transaction ID
	appendTo(t, s.store, event("Taken", "seat:1"))
	for _, store := range []Store{s.store, s.other} {
		_, err := store.AppendAfter(t.Context(), []dcb.InputEvent{event("Taken", "seat:1")}, tagged("seat:1"), dcb.Checkpoint{})
		require.ErrorIs(t, err, dcb.ErrConflict)
	}
}

func readsShowBesideOpenTransactions(t *testing.T, s *site) {
	s.openTransaction(t, `create table unrelated (n int)`)
	appendTo(t, s.store, event("Taken", "seat:1"))
	read, head, err := s.other.ReadSince(t.Context(), tagged("seat:1"), dcb.Checkpoint{})
	require.NoError(t, err)
	require.Len(t, read, 1)
	require.EqualValues(t, 1, head.Position)
}

func oneOfManyIsStored(t *testing.T, log, other dcb.Log) {
	const rounds, callers = 15, 20
	logs := []dcb.Log{log, other}
	for round := range rounds {
		seat := dcb.Tag(fmt.Sprint("seat:", round))
		errs := make([]error, callers)
		racetest.AtOnce(callers, func(i int) {
			_, errs[i] = logs[i%2].AppendAfter(t.Context(), []dcb.InputEvent{event("Taken", seat)}, tagged(seat), dcb.Checkpoint{})
		})
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			require.ErrorIs(t, err, dcb.ErrConflict)
		}
		require.Equal(t, 1, won, "winners of round %d", round)
		require.Len(t, readFrom(t, log, tagged(seat), 0), 1)
	}
}

func manyStrangersNeverConflict(t *testing.T, log, other dcb.Log) {
	const callers, each = 16, 10
	logs := []dcb.Log{log, other}
	racetest.AtOnce(callers, func(i int) {
		mine := dcb.Tag(fmt.Sprint("course:", i))
		var known int64
		for range each {
			var err error
			known, err = logs[i%2].AppendAfter(t.Context(), []dcb.InputEvent{event("Joined", mine)}, tagged(mine), dcb.At(known))
			if !assert.NoError(t, err) {
				return
			}
		}
	})
	require.Len(t, positions(readFrom(t, log, dcb.AllEvents(), 0)), callers*each)
}

func followersMissNothing(t *testing.T, s *site) {
	const callers, each = 8, 20
	stores := []Store{s.store, s.other}
	done := inBackground(func() {
		racetest.AtOnce(callers, func(i int) {
			for range each {
				_, err := stores[i%2].AppendAfter(t.Context(), []dcb.InputEvent{event("A", "x"), event("B", "y")}, dcb.Query{}, dcb.Checkpoint{})
				if !assert.NoError(t, err) {
					return
				}
			}
		})
	})
	var after int64
	for ended := false; !ended; {
		select {
		case <-done:
			ended = true // and follow once more
		default:
		}
		read, head, err := s.store.ReadSince(t.Context(), dcb.AllEvents(), dcb.At(after))
		require.NoError(t, err)
		for _, e := range read {
			after++
			require.Equal(t, after, e.Position)
		}
		require.Equal(t, after, head.Position)
	}
	require.EqualValues(t, callers*each*2, after)
}
