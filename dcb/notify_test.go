package dcb

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// As long as there is no room, an append in ten seconds finds that out. An operator wants to
// read of it once.
func TestTheLogIsToldOnceThatThereIsNoRoomForNotifications(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		told := func() int { return strings.Count(log.String(), "has no room for notifications") }
		c := &committer{logger: slog.New(slog.NewTextHandler(&log, nil))}
		require.True(t, c.notifies())
		for range 3 {
			c.beQuiet()
			require.False(t, c.notifies())
			require.Equal(t, 1, told())
			time.Sleep(longestQuiet + time.Second)
			require.True(t, c.notifies())
		}
		time.Sleep(longestQuiet)
		c.beQuiet()
		require.Equal(t, 2, told(), "there was room in between")
	})
}

// The queue of notifications is full until time is up. The trip that got lost may find it empty.
func TestThatThereIsNoRoomDoesNotSayWhatBecomesOfALateTrip(t *testing.T) {
	t.Parallel()
	full := &pgconn.PgError{SeverityUnlocalized: "ERROR", Code: "54000"}
	adrift := &request{adrift: true}
	require.ErrorIs(t, adrift.forSure(outcome{err: noRoom(full, true)}).err, ErrUnknownOutcome)
	require.NotErrorIs(t, adrift.forSure(outcome{err: full}).err, ErrUnknownOutcome, "an event that is too large is too large for both")
}
