package site

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// A page may read as many events as it likes, one reading after the other, up to its bound. The
// event that is one too many ends the reading. The bound itself is large, so the test lowers it.
func TestAPageReadsSoManyEventsAndNoMore(t *testing.T) {
	t.Parallel()
	store, err := dcb.NewEventStore(t.Context(), pgtest.New(t))
	require.NoError(t, err)
	t.Cleanup(store.Close)
	last, err := store.AppendEvents(t.Context(), fiveEvents(), dcb.Query{}, 0)
	require.NoError(t, err)
	page := (&Site{Config: Config{Log: store}}).PageLog(t.Context())
	require.Equal(t, 100_000, page.events, "as the answer says")

	page.events = 8
	assert.Equal(t, 5, readAll(t, page, nil), "the first reading")
	assert.Equal(t, 3, readAll(t, page, errReadsTooMuch), "the second one has what is left")
	assert.Equal(t, 0, readAll(t, page, errReadsTooMuch), "nothing is left")

	page.events = 5
	events, err := page.ReadUpTo(t.Context(), dcb.AllEvents(), dcb.At(last))
	require.NoError(t, err)
	assert.Len(t, events, 5)
	_, err = page.ReadUpTo(t.Context(), dcb.AllEvents(), dcb.At(last))
	assert.ErrorIs(t, err, errReadsTooMuch)
}

func fiveEvents() []dcb.InputEvent {
	var events []dcb.InputEvent
	for range 5 {
		events = append(events, dcb.NewInputEvent("Happened", nil, []byte(`{}`)))
	}
	return events
}

// readAll reads the log, and returns how many events came before its end, or before the error.
func readAll(t *testing.T, page *PageLog, want error) (events int) {
	t.Helper()
	for _, err := range page.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{}) {
		if err != nil {
			require.ErrorIs(t, err, want)
			return events
		}
		events++
	}
	require.NoError(t, want, "the reading came to its end")
	return events
}
