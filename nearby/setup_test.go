package nearby_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/effort"
	"go-crablet/internal/journal"
	. "go-crablet/nearby"
)

func TestMain(m *testing.M) {
	effort.SideBySide()
	m.Run()
}

// servers are the primary, and the standbys that are read from.
type servers struct {
	*Standbys
	primary *pgxpool.Pool
	log     *dcb.Store // of the primary
	told    *journal.Journal
}

// open opens the standbys of a primary.
func open(t *testing.T, primary string, standbys ...string) *servers {
	t.Helper()
	s := &servers{primary: pool(t, primary), told: &journal.Journal{}}
	var configs []*pgxpool.Config
	for _, url := range standbys {
		config, err := pgxpool.ParseConfig(url)
		require.NoError(t, err)
		configs = append(configs, config)
	}
	var err error
	s.log, err = dcb.NewEventStore(t.Context(), s.primary)
	require.NoError(t, err)
	t.Cleanup(s.log.Close)
	s.Standbys, err = Open(t.Context(), s.primary, configs, slog.New(slog.NewTextHandler(s.told, nil)))
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func pool(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// appendOne appends an event on the primary, and returns the place behind it.
func (s *servers) appendOne(t *testing.T) Place {
	t.Helper()
	_, err := s.log.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("A", nil, []byte(`{}`))}, dcb.Query{}, 0)
	require.NoError(t, err)
	place, err := s.Now(t.Context())
	require.NoError(t, err)
	return place
}

// source chooses for a place, and says where it would be read.
func (s *servers) source(t *testing.T, place Place) string {
	t.Helper()
	chosen, done := s.Choose(t.Context(), place)
	defer done()
	return Source(chosen)
}

// head chooses for a place, and returns the end of the log there.
func (s *servers) head(t *testing.T, place Place) int64 {
	t.Helper()
	chosen, done := s.Choose(t.Context(), place)
	defer done()
	head, err := Log(chosen, s.log).Head(chosen)
	require.NoError(t, err)
	return head.Position
}

// why returns why the first standby is not used.
func (s *servers) why() string { return s.States()[0].Why }

// warnings returns how often the logger was told that a standby is not read from.
func (s *servers) warnings() int {
	return strings.Count(s.told.String(), "pages are not read from this standby")
}

func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	require.Eventually(t, so, time.Minute, 20*time.Millisecond, what)
}

// fromStandby is a context whose reads go to a standby.
func (s *servers) fromStandby(t *testing.T) context.Context {
	t.Helper()
	var chosen context.Context
	eventually(t, "a standby is used", func() bool {
		var done func()
		chosen, done = s.Choose(t.Context(), 0)
		t.Cleanup(done)
		return IsChosen(chosen)
	})
	return chosen
}
