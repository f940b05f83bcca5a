package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/intake"
	"go-crablet/internal/pgtest"
	"go-crablet/lab"
	"go-crablet/receipt"
	"go-crablet/underway"
	"go-crablet/web/site"
)

func TestWhatIsTooMuchIsRemovedFromTheStartOn(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	receipts, runs, imports, underWay := receipt.NewStore(pool), lab.NewStore(pool), intake.NewStore(pool), underway.NewStore(pool)
	for _, id := range []string{"a", "b", "c"} {
		require.NoError(t, receipts.Save(t.Context(), receipt.Receipt{ID: id, Attempts: []receipt.Attempt{{Refusal: "no"}}}))
		require.NoError(t, runs.SaveRace(t.Context(), lab.Replay{Summary: lab.Summary{ID: id, StartedAt: time.Now()}}))
	}
	var logged bytes.Buffer
	stop := startTidying(receipts, runs, imports, underWay, site.Keeping{Receipts: 1, Races: 2}, slog.New(slog.NewTextHandler(&logged, nil)))
	require.Eventually(t, func() bool {
		races, err := runs.Races(t.Context(), 10)
		return err == nil && len(races) == 2
	}, time.Minute, time.Millisecond)
	stop()
	left, err := receipts.Latest(t.Context(), receipt.Filter{}, 10)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, "c", left[0].ID)
	assert.Contains(t, logged.String(), `"removed old receipts" number=2`)
	assert.Contains(t, logged.String(), `"removed old runs" number=1`)

	logged.Reset()
	pool.Close()
	tidyOnce(t.Context(), receipts, runs, imports, underWay, site.Keeping{Days: 1}, slog.New(slog.NewTextHandler(&logged, nil)))
	assert.Equal(t, 4, strings.Count(logged.String(), "are removed later"))
}
