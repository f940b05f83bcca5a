package web_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

// behindProxy lets tests say by X-Forwarded-For which client they are.
func behindProxy(config *web.Config) {
	config.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}

// attempt tries a passcode from an address.
func (a *app) attempt(addr, passcode string) answer {
	return a.visitor().send(http.MethodPost, "/registrar", strings.NewReader("passcode="+passcode), http.Header{
		"Content-Type":    {"application/x-www-form-urlencoded"},
		"X-Forwarded-For": {addr},
	})
}

func TestOnlyThePasscodeMakesTheRegistrar(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	for _, wrong := range []string{"", " ", passcode[1:], passcode + "x", strings.ToUpper(passcode), "\x00" + passcode} {
		visitor := app.visitor()
		got := visitor.post("/registrar", "passcode", wrong)
		require.Equal(t, http.StatusForbidden, got.status, "%q", wrong)
		require.Contains(t, got.text(), "This is not the passcode.")
		require.Empty(t, got.cookie())
		require.NotContains(t, got.body, "horse", "what was typed is not shown")
		require.Equal(t, http.StatusForbidden, visitor.get("/define-course").status)
	}
	visitor := app.visitor()
	require.Equal(t, http.StatusSeeOther, visitor.post("/registrar", "passcode", " "+passcode+" ").status, "a phone adds spaces")
	require.Equal(t, http.StatusOK, visitor.get("/define-course").status)
	require.NotContains(t, app.logged.String(), "horse")
}

func TestAttemptsAtThePasscodeAreThrottled(t *testing.T) {
	t.Parallel()

	t.Run("of one client, right ones included once it is too many", func(t *testing.T) {
		t.Parallel()
		app := newApp(t, guarded, behindProxy)
		for range web.AttemptsOfOne {
			require.Equal(t, http.StatusForbidden, app.attempt("192.0.2.1", "wrong").status)
		}
		got := app.attempt("192.0.2.1", "correct+horse+battery")
		require.Equal(t, http.StatusTooManyRequests, got.status)
		require.Contains(t, app.logged.String(), `"a network is throttled" what="attempts at the passcode" network=192.0.2.0/24`)
		require.Contains(t, got.text(), "There were too many attempts.")
		wait, err := strconv.Atoi(got.header.Get("Retry-After"))
		require.NoError(t, err)
		require.True(t, 0 < wait && wait <= 30, wait)
		require.Equal(t, http.StatusSeeOther, app.attempt("192.0.2.2", "correct+horse+battery").status, "another client")
	})

	t.Run("of one network", func(t *testing.T) {
		t.Parallel()
		app := newApp(t, guarded, behindProxy)
		for i := range web.AttemptsOfOne {
			require.Equal(t, http.StatusForbidden, app.attempt(fmt.Sprintf("2001:db8:0:1::%x", i), "wrong").status)
		}
		require.Equal(t, http.StatusTooManyRequests, app.attempt("2001:db8:0:1:ffff::1", "wrong").status)
		require.Equal(t, http.StatusForbidden, app.attempt("2001:db8:0:2::1", "wrong").status)
	})

	t.Run("of all clients together", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			try := web.TryPasscode(passcode)
			client := func(i int) string { return fmt.Sprintf("10.1.%d.1", i) }
			for i := range web.AttemptsOfAll {
				right, wait := try(client(i), "", "wrong")
				require.False(t, right)
				require.Zero(t, wait)
			}
			right, wait := try("10.2.0.1", "", passcode)
			require.False(t, right)
			require.Equal(t, time.Second, wait)
			time.Sleep(time.Second)
			right, wait = try("10.2.0.2", "", passcode)
			require.True(t, right)
			require.Zero(t, wait)
		})
	})

	t.Run("of all that one person can have", func(t *testing.T) {
		t.Parallel()
		for name, network := range map[string]string{"IPv4": "10.1.1.%d", "IPv6": "2001:db8:7:%x::1"} {
			synctest.Test(t, func(t *testing.T) {
				try := web.TryPasscode(passcode)
				for i := range web.AttemptsOfWide {
					_, wait := try(fmt.Sprintf(network, i+1), "", "wrong")
					require.Zero(t, wait, name)
				}
				for range web.AttemptsOfAll { // which are not looked at, and take nobody's place
					_, wait := try(fmt.Sprintf(network, 250), "", "wrong")
					require.Equal(t, 10*time.Second, wait, name)
				}
				right, _ := try("192.0.2.1", "", passcode)
				require.True(t, right, name)
			})
		}
	})

	t.Run("of strangers, who do not hold up a browser that signed in before", func(t *testing.T) {
		t.Parallel()
		app := newApp(t, guarded, behindProxy)
		registrar := app.in("registrar")
		require.Equal(t, http.StatusSeeOther, registrar.post("/registrar/delete").status)
		for i := 0; app.attempt(fmt.Sprintf("10.%d.0.1", i), "wrong").status != http.StatusTooManyRequests; i++ {
			require.Less(t, i, 2*web.AttemptsOfAll)
		}
		require.Equal(t, http.StatusTooManyRequests, app.attempt("192.0.2.1", "correct+horse+battery").status, "one who never was")
		require.Equal(t, http.StatusSeeOther, registrar.post("/registrar", "passcode", passcode).status)
		require.Equal(t, http.StatusSeeOther, registrar.post("/registrar/delete").status)
		for range web.AttemptsOfOne {
			require.Equal(t, http.StatusForbidden, registrar.post("/registrar", "passcode", "wrong").status)
		}
		require.Equal(t, http.StatusTooManyRequests, registrar.post("/registrar", "passcode", "wrong").status, "its cookie is no way to guess")
	})

	t.Run("until they come as slowly as guessing is pointless", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			try := web.TryPasscode(passcode)
			looked := 0
			for range 24 * 60 * 60 { // one a second, all day
				if _, wait := try("192.0.2.1", "", "wrong"); wait == 0 {
					looked++
				}
				time.Sleep(time.Second)
			}
			require.Equal(t, web.AttemptsOfOne+24*60*2-1, looked)
		})
	})

	t.Run("also when they come at once", func(t *testing.T) {
		t.Parallel()
		app := newApp(t, guarded, behindProxy)
		var looked atomic.Int64
		var attempts sync.WaitGroup
		for range 5 * web.AttemptsOfOne {
			attempts.Go(func() {
				if app.attempt("192.0.2.1", "wrong").status == http.StatusForbidden {
					looked.Add(1)
				}
			})
		}
		attempts.Wait()
		require.EqualValues(t, web.AttemptsOfOne, looked.Load())
	})

	t.Run("but not those that are right", func(t *testing.T) {
		t.Parallel()
		app := newApp(t, guarded, behindProxy)
		for range 3 * web.AttemptsOfOne {
			assert.Equal(t, http.StatusSeeOther, app.attempt("192.0.2.1", "correct+horse+battery").status)
		}
	})
}
