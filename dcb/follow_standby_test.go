package dcb_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb/internal/racetest"
)

// A process that stands by only looks whose turn it is. It reads the log when the turn is its own.
func TestAProcessThatStandsByDoesNotReadTheLog(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	appendAll(t, s.store, event("A"))
	s.exec(`insert into dcb_consumer (name, holder, until) values ('c', 'another process', 'infinity')`)
	pool, hook := racetest.OpenPool(t, s.url, "read committed")
	standby := &site{t, s.url, pool, openStore(t, pool)}
	looks := make(chan bool, 1000)
	hook.Set(func(sql string) {
		looks <- strings.Contains(sql, "left join dcb_consumer as c on c.name = wanted.name")
	})
	standby.follow(standby.consumer("c"))
	for range 5 {
		require.True(t, <-looks, "it has sent something else")
	}
	hook.Set(func(string) {})
	s.turnRunsOut()
	s.requireAllOnce()
}
