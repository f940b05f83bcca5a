package guard_test

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web/guard"
)

var (
	oneNetwork     = netip.MustParsePrefix("192.0.2.0/24")
	anotherNetwork = netip.MustParsePrefix("198.51.100.0/24")
	thirdNetwork   = netip.MustParsePrefix("2001:db8::/48")
)

func enter(t *testing.T, turnstile *guard.Turnstile, network netip.Prefix) (leave func()) {
	t.Helper()
	leave, err := turnstile.Enter(t.Context(), network)
	require.NoError(t, err)
	return leave
}

func TestTurnstile(t *testing.T) {
	t.Parallel()
	t.Run("lets no network take all places, and whoever waits in when there is one", leavesPlacesToOtherNetworks)
	t.Run("tells after five seconds that the turn does not come", tellsThatTheTurnDoesNotCome)
	t.Run("forgets who leaves the line", forgetsAPageThatLeavesTheLine)
	t.Run("has room in the line for a hundred of one network", boundsTheLine)
	t.Run("gives a network three seconds at once, and then its share", givesANetworkItsShareOfTime)
}

func leavesPlacesToOtherNetworks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turnstile := guard.NewTurnstile(100)
		first, second := enter(t, turnstile, oneNetwork), enter(t, turnstile, oneNetwork)
		begun := make(chan func(), 1)
		go func() { begun <- enter(t, turnstile, oneNetwork) }()
		synctest.Wait()
		require.Empty(t, begun, "it has as many places as are left")
		third, fourth := enter(t, turnstile, anotherNetwork), enter(t, turnstile, thirdNetwork)
		first()
		second()
		synctest.Wait()
		require.Len(t, begun, 1)
		for _, leave := range []func(){<-begun, third, fourth} {
			leave()
		}
	})
}

func tellsThatTheTurnDoesNotCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turnstile := guard.NewTurnstile(100)
		for _, network := range []netip.Prefix{oneNetwork, oneNetwork, anotherNetwork, thirdNetwork} {
			enter(t, turnstile, network)
		}
		start := time.Now()
		_, err := turnstile.Enter(t.Context(), oneNetwork)
		crowd, _ := errors.AsType[guard.Crowd](err)
		wait, own := crowd.Wait, crowd.Own
		require.Error(t, err)
		assert.True(t, own, "it has half of them")
		assert.Equal(t, 5*time.Second, wait)
		assert.Equal(t, 5*time.Second, time.Since(start))
		_, err = turnstile.Enter(t.Context(), netip.MustParsePrefix("203.0.113.0/24"))
		crowd, _ = errors.AsType[guard.Crowd](err)
		own = crowd.Own
		require.Error(t, err)
		assert.False(t, own, "others have them all")
	})
}

func forgetsAPageThatLeavesTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turnstile := guard.NewTurnstile(100)
		first, second := enter(t, turnstile, oneNetwork), enter(t, turnstile, oneNetwork)
		for range 1000 { // more than can wait
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			_, err := turnstile.Enter(ctx, oneNetwork)
			cancel()
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		first()
		second()
		enter(t, turnstile, oneNetwork)()
	})
}

func boundsTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turnstile := guard.NewTurnstile(100)
		enter(t, turnstile, oneNetwork)
		enter(t, turnstile, oneNetwork)
		ended := make(chan time.Duration, 150)
		start := time.Now()
		for range 150 {
			go func() {
				_, err := turnstile.Enter(t.Context(), oneNetwork)
				crowd, _ := errors.AsType[guard.Crowd](err)
				own := crowd.Own
				assert.Error(t, err)
				assert.True(t, own)
				ended <- time.Since(start)
			}()
		}
		synctest.Wait()
		require.Len(t, ended, 50, "they hear it at once")
		enter(t, turnstile, anotherNetwork)()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		require.Len(t, ended, 150)
	})
}

func givesANetworkItsShareOfTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turnstile := guard.NewTurnstile(20)
		spend := func(network netip.Prefix, d time.Duration) {
			leave := enter(t, turnstile, network)
			time.Sleep(d)
			leave()
		}
		spend(oneNetwork, 2*time.Second)
		spend(oneNetwork, time.Second+200*time.Millisecond) // what a page takes is known when it is made
		start := time.Now()
		enter(t, turnstile, anotherNetwork)()
		enter(t, turnstile, oneNetwork)()
		require.Zero(t, time.Since(start), "a part of it came back meanwhile")

		time.Sleep(time.Hour)
		spend(oneNetwork, 3*time.Second+200*time.Millisecond)
		start = time.Now()
		enter(t, turnstile, oneNetwork)()
		assert.Equal(t, time.Second, time.Since(start), "a fifth of a second takes one, which it waited for")
		spend(oneNetwork, 10*time.Second)
		_, err := turnstile.Enter(t.Context(), oneNetwork)
		crowd, _ := errors.AsType[guard.Crowd](err)
		wait, own := crowd.Wait, crowd.Own
		require.Error(t, err)
		assert.True(t, own)
		assert.Equal(t, 35*time.Second, wait, "fifty, less what it was made for and what was waited")
		time.Sleep(wait)
		enter(t, turnstile, oneNetwork)()
		enter(t, turnstile, anotherNetwork)()
	})
}
