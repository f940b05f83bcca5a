package nearby_test

import (
	"context"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgpair"
	"go-crablet/internal/pgtest"
	. "go-crablet/nearby"
)

const (
	standbySource = "a standby"
	lateSource    = "the primary, since no standby had within 2s what you have seen"
	noneSource    = "the primary, since no standby can be used"
)

func TestAReaderSeesWhatItHasSeen(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	s := open(t, pair.Primary.URL(), pair.Standby.URL())
	require.Empty(t, s.why())
	eventually(t, "it has what was stored when the log was opened", func() bool { return s.States()[0] == State{Name: pair.Standby.Address()} })
	before := s.appendOne(t)
	pair.CatchUp(t)
	require.Equal(t, standbySource, s.source(t, before))
	require.Equal(t, int64(1), s.head(t, before))

	pair.Standby.Exec(t, `select pg_wal_replay_pause()`)
	pair.Standby.Await(t, `select pg_get_wal_replay_pause_state() = 'paused'`)
	after := s.appendOne(t)
	began := time.Now()
	require.Equal(t, lateSource, s.source(t, after))
	require.GreaterOrEqual(t, time.Since(began), Patience)
	require.Equal(t, int64(2), s.head(t, after), "on the primary")
	require.Equal(t, standbySource, s.source(t, before), "whoever has not seen the event reads what there is")
	require.Equal(t, int64(1), s.head(t, before))

	chosen, done := s.Choose(t.Context(), before)
	t.Cleanup(done)
	place, err := s.Reached(chosen)
	require.NoError(t, err)
	require.GreaterOrEqual(t, place, before)
	require.Less(t, place, after)
	place, err = s.Reached(t.Context())
	require.NoError(t, err)
	require.GreaterOrEqual(t, place, after)

	eventually(t, "the lag is told", func() bool { return s.States()[0].Events == 1 && s.States()[0].Lag > 0 })
	pair.Standby.Exec(t, `select pg_wal_replay_resume()`)
	eventually(t, "the standby is read again", func() bool { return s.source(t, after) == standbySource })
	require.Equal(t, int64(2), s.head(t, after))
	eventually(t, "it is not behind", func() bool { return s.States()[0] == State{Name: pair.Standby.Address()} })
}

// One that is far behind is used by nobody, and nobody waits for it.
func TestAStandbyThatNeverCatchesUp(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	s := open(t, pair.Primary.URL(), pair.Standby.URL())
	pair.Cut(t)
	place := s.appendOne(t)
	eventually(t, "it is not used", func() bool { return s.why() == "is more than 10s behind the primary" })
	began := time.Now()
	require.Equal(t, noneSource, s.source(t, place))
	require.Equal(t, noneSource, s.source(t, 0))
	require.Less(t, time.Since(began), Patience)
	require.Equal(t, 1, s.warnings())

	pair.Relink(t)
	eventually(t, "it is used again", func() bool { return s.why() == "" })
	require.Equal(t, standbySource, s.source(t, place))
	require.Equal(t, 2, strings.Count(s.told.String(), "pages are read from a standby"))
}

func TestAServerThatIsNoStandbyOfThisLog(t *testing.T) {
	t.Parallel()
	pair, other := pgpair.New(t), pgpair.New(t)
	unreachable := strings.Replace(pair.Standby.URL(), pair.Standby.Address(), net.JoinHostPort("127.0.0.1", strconv.Itoa(pgpair.ClaimPort(t))), 1)
	pair.Primary.Exec(t, `create database other`)
	pair.CatchUp(t)
	for url, why := range map[string]string{
		pair.Primary.URL():  "accepts writes, so it is a primary",
		pgtest.URL(t):       "accepts writes, so it is a primary",
		unreachable:         "can't be reached",
		other.Standby.URL(): "is a standby of another database than the one that DATABASE_URL names",
		strings.Replace(pair.Standby.URL(), pair.Standby.Address()+"/postgres", pair.Standby.Address()+"/other", 1): "has no log: it is a server of another database than the one that DATABASE_URL names",
	} {
		t.Run(why, func(t *testing.T) {
			t.Parallel()
			s := open(t, pair.Primary.URL(), url)
			require.Equal(t, why, s.why())
			require.Equal(t, noneSource, s.source(t, 0))
			require.Contains(t, s.told.String(), `why="it `+why+`"`)
			require.Equal(t, 1, s.warnings())
		})
	}
}

// A log that a standby has and the primary has not is another log, as after a failover that lost the
// end.
func TestAStandbyWithAnotherHistory(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	s := open(t, pair.Primary.URL(), pair.Standby.URL())
	s.appendOne(t)
	pair.CatchUp(t)
	pair.Cut(t)
	pair.Primary.Exec(t, `delete from dcb_event_tag`, `delete from dcb_event`)
	eventually(t, "it is not used", func() bool {
		return s.why() == "has another history than the primary, as after a failover: make it again from the primary"
	})
	require.Equal(t, 1, s.warnings())
}

func TestAStandbyThatIsPromotedOrLostEndsItsReads(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lose func(*testing.T, *pgpair.Pair)
		why  string
	}{
		"promoted": {func(t *testing.T, p *pgpair.Pair) { p.Promote(t) }, "accepts writes, so it is a primary"},
		"stopped":  {func(t *testing.T, p *pgpair.Pair) { p.Standby.Stop(t, pgpair.Immediate) }, "can't be reached"},
		"frozen":   {func(t *testing.T, p *pgpair.Pair) { p.Standby.Freeze(t) }, "can't be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pair := pgpair.New(t)
			s := open(t, pair.Primary.URL(), pair.Standby.URL())
			reading := s.fromStandby(t)
			c.lose(t, pair)
			select {
			case <-reading.Done():
			case <-time.After(time.Minute):
				require.Fail(t, "a read on a lost standby goes on")
			}
			require.Equal(t, c.why, s.why())
			require.Equal(t, noneSource, s.source(t, 0))
			require.Equal(t, int64(0), s.head(t, 0), "the primary is read")
			require.Equal(t, 1, s.warnings())
		})
	}
}

func TestWithoutAChoiceThePrimaryIsRead(t *testing.T) {
	t.Parallel()
	primary := pool(t, pgtest.URL(t))
	for _, ctx := range []context.Context{t.Context(), OnPrimary(t.Context(), "of a test")} {
		require.Same(t, primary, Pool(ctx, primary))
		require.False(t, IsChosen(ctx))
	}
	require.Empty(t, Source(t.Context()))
	require.Equal(t, "the primary, since of a test", Source(OnPrimary(t.Context(), "of a test")))
}

func TestAPlaceIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	for _, place := range []Place{0, 1, 0x3000148, 1<<62 + 1} {
		read, err := ParsePlace(place.String())
		require.NoError(t, err)
		require.Equal(t, place, read)
	}
	for _, text := range []string{"", "-1", "x", "8000000000000000"} {
		_, err := ParsePlace(text)
		require.Error(t, err, text)
	}
}
