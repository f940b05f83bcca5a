package nearby_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgpair"
	"go-crablet/internal/pgtest"
	. "go-crablet/nearby"
)

// Behind a pooler each statement may get another session. The standby is read all the same, and no
// session has anything of ours in it when somebody else gets it.
func TestAStandbyBehindAPoolerIsRead(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	pooler := pgtest.StartPoolerOf(t, pair.Standby.URL())
	through := pooler.Through(pair.Standby.URL())
	writer := open(t, pair.Primary.URL())
	for range 20 {
		writer.appendOne(t)
	}
	pair.CatchUp(t)
	for _, mode := range []string{"", "cache_describe", "exec", "simple_protocol"} {
		t.Run("in the mode "+mode, func(t *testing.T) {
			url := through
			if mode != "" {
				url = pgtest.WithExecMode(url, mode)
			}
			s := open(t, pair.Primary.URL(), url)
			require.Empty(t, s.why())
			var reading sync.WaitGroup
			for range 2 * pgtest.PoolerSessions {
				reading.Go(func() {
					for range 20 {
						chosen, done := s.Choose(t.Context(), 0)
						assert.True(t, IsChosen(chosen))
						events, _, err := Log(chosen, nil).ReadSince(chosen, dcb.AllEvents(), dcb.At(10))
						assert.NoError(t, err)
						assert.Len(t, events, 10)
						var n int
						assert.NoError(t, Pool(chosen, nil).QueryRow(chosen, `select count(*) from dcb_event where position > $1`, 5).Scan(&n))
						assert.Equal(t, 15, n)
						_, err = s.Reached(chosen)
						assert.NoError(t, err)
						done()
					}
				})
			}
			reading.Wait()
			require.Empty(t, s.why())
			require.Empty(t, pooler.LeftBehind(t, through))
		})
	}
	t.Run("in the mode that is not safe", func(t *testing.T) {
		s := open(t, pair.Primary.URL(), pgtest.WithExecMode(through, "describe_exec"))
		require.Equal(t, "can't be read: open the event store: there is a connection pooler in front of the database, and default_query_exec_mode=describe_exec is not safe there", s.why())
		require.Equal(t, noneSource, s.source(t, 0))
	})
}
