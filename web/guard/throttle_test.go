package guard_test

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/web/guard"
)

var ada, kofi = netip.MustParsePrefix("192.0.2.1/32"), netip.MustParsePrefix("2001:db8::/64")

func TestThrottle(t *testing.T) {
	t.Parallel()
	t.Run("lets a burst through, and then one at a time", letsABurstThrough)
	t.Run("grants the burst again after a rest, and no more than that", grantsTheBurstAgain)
	t.Run("counts each client by itself", countsEachClient)
	t.Run("forgets what is given back", forgetsWhatIsGivenBack)
	t.Run("lets exactly the burst through, however many come at once", countsExactlyUnderConcurrency)
}

func letsABurstThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		throttle := guard.NewThrottle[netip.Prefix](1000, 3, 10*time.Second)
		for range 3 {
			require.Zero(t, throttle.Of(ada).Take())
		}
		require.Equal(t, 10*time.Second, throttle.Of(ada).Take())
		time.Sleep(4 * time.Second)
		require.Equal(t, 6*time.Second, throttle.Of(ada).Take(), "asking too early costs nothing")
		time.Sleep(6 * time.Second)
		require.Zero(t, throttle.Of(ada).Take())
		require.Equal(t, 10*time.Second, throttle.Of(ada).Take())
	})
}

func grantsTheBurstAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		throttle := guard.NewThrottle[netip.Prefix](1000, 3, 10*time.Second)
		require.Zero(t, throttle.Of(ada).Take())
		time.Sleep(time.Hour)
		for range 3 {
			require.Zero(t, throttle.Of(ada).Take())
		}
		require.Equal(t, 10*time.Second, throttle.Of(ada).Take())
	})
}

func countsEachClient(t *testing.T) {
	throttle := guard.NewThrottle[netip.Prefix](1<<16, 1, time.Hour)
	require.Zero(t, throttle.Of(ada).Take())
	require.NotZero(t, throttle.Of(ada).Take())
	require.Zero(t, throttle.Of(kofi).Take())
}

func forgetsWhatIsGivenBack(t *testing.T) {
	throttle := guard.NewThrottle[netip.Prefix](1000, 1, time.Hour)
	for range 5 {
		require.Zero(t, throttle.Of(ada).Take())
		throttle.Of(ada).GiveBack()
	}
	require.Zero(t, throttle.Of(ada).Take())
	require.NotZero(t, throttle.Of(ada).Take())
}

func countsExactlyUnderConcurrency(t *testing.T) {
	throttle := guard.NewThrottle[netip.Prefix](1000, 20, time.Hour)
	var through atomic.Int64
	var callers sync.WaitGroup
	for range 200 {
		callers.Go(func() {
			if throttle.Of(ada).Take() == 0 {
				through.Add(1)
			}
		})
	}
	callers.Wait()
	require.EqualValues(t, 20, through.Load())
}

func TestAThrottleTakesNoMemoryForAClient(t *testing.T) {
	throttle := guard.NewThrottle[netip.Prefix](1000, 1, time.Hour)
	addr := netip.MustParseAddr("10.0.0.0")
	perClient := testing.AllocsPerRun(100_000, func() {
		addr = addr.Next()
		throttle.Of(netip.PrefixFrom(addr, 32)).Take()
	})
	require.Zero(t, perClient)
}
