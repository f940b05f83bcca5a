package dcbtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func readsReturnTheCheckpoint(t *testing.T, log dcb.Log) {
	_, head, err := log.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	require.Zero(t, head, "of an empty log")
	for range 3 {
		appendTo(t, log, event("A", "x"), event("B", "y"))
		events, _, err := log.ReadSince(t.Context(), dcb.AllEvents(), head)
		require.NoError(t, err)
		for _, query := range []dcb.Query{{}, tagged("x"), dcb.AllEvents()} {
			_, next, err := log.ReadSince(t.Context(), query, head)
			require.NoError(t, err)
			require.Equal(t, events[1].Position, next.Position)
			require.Equal(t, events[1].ID, next.EventID)
			require.True(t, events[1].RecordedAt.Equal(next.RecordedAt))
		}
		head = events[1].Checkpoint()
	}
}

func readsUpTo(t *testing.T, log dcb.Log) {
	appendTo(t, log, event("A", "x"), event("B", "y"), event("C", "x"), event("D", "x"))
	for _, known := range append(checkpoints(t, log), dcb.Checkpoint{}, dcb.At(2)) {
		want := []int64{}
		for _, e := range readFrom(t, log, tagged("x"), 0) {
			if e.Position <= known.Position {
				want = append(want, e.Position)
			}
		}
		events, err := log.ReadUpTo(t.Context(), tagged("x"), known)
		require.NoError(t, err)
		require.Equal(t, want, positions(events), "up to %d", known.Position)
	}
}

// checkpoints returns the checkpoints of all events.
func checkpoints(t *testing.T, log dcb.Log) []dcb.Checkpoint {
	t.Helper()
	var all []dcb.Checkpoint
	for _, e := range readFrom(t, log, dcb.AllEvents(), 0) {
		all = append(all, e.Checkpoint())
	}
	return all
}

// elsewhere returns checkpoints that a log of three events does not have.
func elsewhere(t *testing.T, log dcb.Log) map[string]dcb.Checkpoint {
	t.Helper()
	there := checkpoints(t, log)[1]
	changed := func(change func(c *dcb.Checkpoint)) dcb.Checkpoint {
		c := there
		change(&c)
		return c
	}
	return map[string]dcb.Checkpoint{
		"another event":         changed(func(c *dcb.Checkpoint) { c.EventID = dcb.NewID() }),
		"another time":          changed(func(c *dcb.Checkpoint) { c.RecordedAt = c.RecordedAt.Add(time.Second) }),
		"another position":      changed(func(c *dcb.Checkpoint) { c.Position = 3 }),
		"the last, and another": {Position: 3, EventID: there.EventID, RecordedAt: there.RecordedAt},
		"beyond the end":        changed(func(c *dcb.Checkpoint) { c.Position = 4 }),
	}
}

// refusesOtherLogs makes a call with checkpoints of other logs, and with those of this log.
func refusesOtherLogs(t *testing.T, log dcb.Log, call func(known dcb.Checkpoint) error) {
	t.Helper()
	appendTo(t, log, event("A", "x"), event("B", "y"), event("C", "x"))
	for name, other := range elsewhere(t, log) {
		err := call(other)
		require.ErrorIs(t, err, dcb.ErrOtherHistory, name)
		require.NotErrorIs(t, err, dcb.ErrConflict)
		differs, ok := errors.AsType[*dcb.OtherHistoryError](err)
		require.True(t, ok)
		assert.Equal(t, other, differs.Known)
	}
	require.Len(t, readFrom(t, log, dcb.AllEvents(), 0), 3, "nothing was appended")
	for _, known := range checkpoints(t, log) {
		require.NoError(t, call(known), "at %d", known.Position)
	}
}

func readsAfterAnotherLog(t *testing.T, log dcb.Log) {
	refusesOtherLogs(t, log, func(known dcb.Checkpoint) error {
		_, _, err := log.ReadSince(t.Context(), tagged("x"), known)
		return err
	})
}

func readsUpToAnotherLog(t *testing.T, log dcb.Log) {
	refusesOtherLogs(t, log, func(known dcb.Checkpoint) error {
		_, err := log.ReadUpTo(t.Context(), tagged("x"), known)
		return err
	})
}

func appendsAfterAnotherLog(t *testing.T, log dcb.Log) {
	refusesOtherLogs(t, log, func(known dcb.Checkpoint) error {
		_, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event("D", "z")}, tagged("nothing"), known)
		return err
	})
}

func badCheckpointsAreRefused(t *testing.T, log dcb.Log) {
	appendTo(t, log, event("A", "x"))
	longAgo := dcb.Checkpoint{Position: 1, EventID: dcb.NewID(), RecordedAt: time.Date(-5000, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, bad := range []dcb.Checkpoint{dcb.At(-1), {Position: 1, EventID: "no UUID"}, {EventID: dcb.NewID()}, longAgo} {
		_, _, since := log.ReadSince(t.Context(), tagged("x"), bad)
		_, upTo := log.ReadUpTo(t.Context(), tagged("x"), bad)
		_, after := log.AppendAfter(t.Context(), []dcb.InputEvent{event("B")}, tagged("x"), bad)
		for _, err := range []error{since, upTo, after} {
			_, ok := errors.AsType[dcb.InputError](err)
			assert.True(t, ok, "%v: %v", bad, err)
		}
	}
	require.Len(t, readFrom(t, log, dcb.AllEvents(), 0), 1)
}

func appendsFromAPosition(t *testing.T, s *site) {
	appendTo(t, s.other, event("A", "x"), event("B", "y"))
	attempt := func(position int64) error {
		_, err := s.store.AppendEvents(t.Context(), []dcb.InputEvent{event("C", "x")}, tagged("x"), position)
		return err
	}
	require.ErrorIs(t, attempt(3), dcb.ErrBeyondHead)
	require.ErrorIs(t, attempt(0), dcb.ErrConflict)
	require.NoError(t, attempt(1))
	last, err := s.store.AppendEvents(t.Context(), []dcb.InputEvent{event("C", "x"), event("D", "x")}, tagged("x"), 3)
	require.NoError(t, err)
	require.EqualValues(t, 5, last)
}

func tailsOfAnotherLog(t *testing.T, s *site) {
	appendTo(t, s.store, event("A"), event("B"), event("C"))
	for name, other := range elsewhere(t, s.store) {
		ctx, cancel := context.WithTimeout(t.Context(), soon)
		told := false
		for progress, err := range s.other.Tail(ctx, dcb.AllEvents(), other) {
			require.Zero(t, progress)
			require.ErrorIs(t, err, dcb.ErrOtherHistory, name)
			told = true
			break
		}
		cancel()
		require.True(t, told, name)
	}
}
