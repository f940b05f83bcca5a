package web_test

import (
	"fmt"
	"net/http"
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
		require.NotContains(t, got.body, "horse", "the page does not repeat what was typed")
		require.Equal(t, http.StatusForbidden, visitor.get("/define-course").status)
	}
	visitor := app.visitor()
	require.Equal(t, http.StatusSeeOther, visitor.post("/registrar", "passcode", " "+passcode+" ").status, "a phone adds spaces")
	require.Equal(t, http.StatusOK, visitor.get("/define-course").status)
	require.NotContains(t, app.logged.String(), "horse")
}

func TestAttemptsAtThePasscodeAreThrottled(t *testing.T) {
	t.Parallel()
	t.Run("of one client, even right ones once there were too many", attemptsOfOneClientAreThrottled)
	t.Run("of one network", attemptsOfOneNetworkAreThrottled)
	t.Run("of all clients together", attemptsOfAllClientsAreThrottled)
	t.Run("of all networks that one person can have", attemptsOfAWideNetworkAreThrottled)
	t.Run("of strangers, without holding up a browser that signed in before", attemptsOfStrangersHoldUpNoRegistrar)
	t.Run("so that guessing all day is pointless", guessingAllDayIsPointless)
	t.Run("also when they come at once", attemptsAtOnceAreThrottled)
	t.Run("but not as long as they are right", rightAttemptsAreNotThrottled)
}

func attemptsOfOneClientAreThrottled(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded, behindProxy)
	for range web.AttemptsOfOne {
		require.Equal(t, http.StatusForbidden, app.attempt("192.0.2.1", "wrong").status)
	}
	got := app.attempt("192.0.2.1", "correct+horse+battery")
	require.Equal(t, http.StatusTooManyRequests, got.status)
	require.Contains(t, app.logged.String(), `"a network is throttled" what="attempts at the passcode" network=192.0.2.0/24`)
	require.Contains(t, got.text(), "There were too many attempts.")
	require.Equal(t, web.Stat{ThrottledAttempts: 1}, app.web.Stat())
	wait, err := strconv.Atoi(got.header.Get("Retry-After"))
	require.NoError(t, err)
	require.True(t, 0 < wait && wait <= 30, wait)
	require.Equal(t, http.StatusSeeOther, app.attempt("192.0.2.2", "correct+horse+battery").status, "another client")
}

func attemptsOfOneNetworkAreThrottled(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded, behindProxy)
	for i := range web.AttemptsOfOne {
		require.Equal(t, http.StatusForbidden, app.attempt(fmt.Sprintf("2001:db8:0:1::%x", i), "wrong").status)
	}
	require.Equal(t, http.StatusTooManyRequests, app.attempt("2001:db8:0:1:ffff::1", "wrong").status)
	require.Equal(t, http.StatusForbidden, app.attempt("2001:db8:0:2::1", "wrong").status)
}

func attemptsOfAllClientsAreThrottled(t *testing.T) {
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
}

func attemptsOfAWideNetworkAreThrottled(t *testing.T) {
	t.Parallel()
	for name, network := range map[string]string{"IPv4": "10.1.1.%d", "IPv6": "2001:db8:7:%x::1"} {
		synctest.Test(t, func(t *testing.T) {
			try := web.TryPasscode(passcode)
			for i := range web.AttemptsOfWide {
				_, wait := try(fmt.Sprintf(network, i+1), "", "wrong")
				require.Zero(t, wait, name)
			}
			for range web.AttemptsOfAll { // these are not compared, and use up nobody else's attempts
				_, wait := try(fmt.Sprintf(network, 250), "", "wrong")
				require.Equal(t, 10*time.Second, wait, name)
			}
			right, _ := try("192.0.2.1", "", passcode)
			require.True(t, right, name)
		})
	}
}

func attemptsOfStrangersHoldUpNoRegistrar(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded, behindProxy)
	registrar := app.in("registrar")
	require.Equal(t, http.StatusSeeOther, registrar.post("/registrar/delete").status)
	for i := 0; app.attempt(fmt.Sprintf("10.%d.0.1", i), "wrong").status != http.StatusTooManyRequests; i++ {
		require.Less(t, i, 2*web.AttemptsOfAll)
	}
	require.Equal(t, http.StatusTooManyRequests, app.attempt("192.0.2.1", "correct+horse+battery").status, "a browser that never signed in")
	require.Equal(t, http.StatusSeeOther, registrar.post("/registrar", "passcode", passcode).status)
	require.Equal(t, http.StatusSeeOther, registrar.post("/registrar/delete").status)
	for range web.AttemptsOfOne {
		require.Equal(t, http.StatusForbidden, registrar.post("/registrar", "passcode", "wrong").status)
	}
	require.Equal(t, http.StatusTooManyRequests, registrar.post("/registrar", "passcode", "wrong").status, "the cookie does not help to guess")
}

func guessingAllDayIsPointless(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		try := web.TryPasscode(passcode)
		compared := 0
		for range 24 * 60 * 60 { // one each second, all day
			if _, wait := try("192.0.2.1", "", "wrong"); wait == 0 {
				compared++
			}
			time.Sleep(time.Second)
		}
		require.Equal(t, web.AttemptsOfOne+24*60*2-1, compared)
	})
}

func attemptsAtOnceAreThrottled(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded, behindProxy)
	var compared atomic.Int64
	var attempts sync.WaitGroup
	for range 5 * web.AttemptsOfOne {
		attempts.Go(func() {
			if app.attempt("192.0.2.1", "wrong").status == http.StatusForbidden {
				compared.Add(1)
			}
		})
	}
	attempts.Wait()
	require.EqualValues(t, web.AttemptsOfOne, compared.Load())
}

func rightAttemptsAreNotThrottled(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded, behindProxy)
	for range 3 * web.AttemptsOfOne {
		assert.Equal(t, http.StatusSeeOther, app.attempt("192.0.2.1", "correct+horse+battery").status)
	}
}
