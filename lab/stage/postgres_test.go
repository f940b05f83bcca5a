package stage_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	"go-crablet/lab/stage"
)

// What is played on the log in memory is what happens on PostgreSQL: in each preset, and in
// orders of steps that are drawn at random, in all settings.
func TestPostgreSQLTellsTheSame(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	pool := pgtest.New(t)
	onPostgreSQL := func(setting stage.Setting, steps []stage.Step) stage.Record {
		_, err := pool.Exec(t.Context(), `truncate dcb_event, dcb_event_tag`)
		require.NoError(t, err)
		store, err := dcb.NewEventStore(t.Context(), pool)
		require.NoError(t, err)
		defer store.Close()
		record, err := stage.Play(t.Context(), store, setting, steps)
		require.NoError(t, err)
		return record
	}
	same := func(setting stage.Setting, steps []stage.Step) {
		inMemory, stored := play(t, setting, stage.Codes(steps)), onPostgreSQL(setting, steps)
		assert.Equal(t, told(inMemory), told(stored), "%+v %s", setting, stage.Codes(steps))
		assert.Equal(t, withoutIDs(inMemory.Events), withoutIDs(stored.Events))
		assert.Equal(t, inMemory.Oversold(), stored.Oversold())
	}
	for _, preset := range stage.Presets() {
		steps, err := stage.ParseSteps(presets[preset.Name].steps)
		require.NoError(t, err)
		same(preset.Setting, steps)
	}
	for _, setting := range everySetting() {
		for range 3 {
			same(setting, drawSteps(t, setting))
		}
	}
}

// withoutIDs returns events without what differs from log to log.
func withoutIDs(events []dcb.Event) []dcb.Event {
	for i := range events {
		e := &events[i]
		*e = dcb.Event{Type: e.Type, Tags: e.Tags, Data: e.Data, Position: e.Position}
	}
	return events
}
