package live_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web/live"
)

func TestInvitations(t *testing.T) {
	t.Parallel()
	t.Run("invites each once, forty at once and then ten in a second", invitesAtItsPace)
	t.Run("lets nobody wait for the turns of those who have left", skipsTheTurnsOfThoseWhoLeft)
	t.Run("invites forty at once also when they are asked for one after the other", invitesABurstOneByOne)
	t.Run("has those take turns who come from different places", letsPlacesTakeTurns)
	t.Run("invites everybody, whatever they look at", invitesEverybody)
	t.Run("says once which topics an invitation is about", saysWhatChanged)
	t.Run("invites nobody who has left, and keeps the turns of those who wait", invitesNobodyWhoHasLeft)
}

func invitesAtItsPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub(silent)
		defer hub.Close()
		viewers := make([]*live.Viewer, 100)
		for i := range viewers {
			viewers[i] = join(t, hub, "here", "there")
		}
		invited := func() (n int) {
			for _, viewer := range viewers {
				got, _ := taken(viewer)
				for _, m := range got {
					require.Contains(t, m, "event: changed\n")
					n++
				}
			}
			return n
		}
		hub.Invite("here", "there")
		hub.Invite("here")
		synctest.Wait()
		assert.Equal(t, 40, invited())
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, 10, invited())
		time.Sleep(5 * time.Second)
		synctest.Wait()
		assert.Equal(t, 50, invited())
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Zero(t, invited())

		hub.Invite("there")
		synctest.Wait()
		assert.Equal(t, 40, invited(), "what is new after an invitation is worth another")
	})
}

func skipsTheTurnsOfThoseWhoLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub(silent)
		defer hub.Close()
		storm := make([]*live.Viewer, 1000)
		for i := range storm {
			storm[i] = join(t, hub, "here")
		}
		hub.Invite("here")
		synctest.Wait()
		for _, viewer := range storm {
			hub.Leave(viewer)
		}
		stays := join(t, hub, "here")
		hub.Invite("here")
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		got, open := taken(stays)
		assert.Equal(t, []string{"event: changed\ndata: here\n\n"}, got)
		assert.True(t, open)

		time.Sleep(4 * time.Second)
		many := make([]*live.Viewer, 40)
		for i := range many {
			many[i] = join(t, hub, "there")
		}
		hub.Invite("there")
		synctest.Wait()
		for _, viewer := range many {
			got, _ := taken(viewer)
			assert.Len(t, got, 1, "nor have those who left used up the turns of later")
		}
	})
}

func invitesABurstOneByOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub(silent)
		defer hub.Close()
		viewers := make([]*live.Viewer, 41)
		for i := range viewers {
			viewers[i] = join(t, hub, "here")
			hub.InviteOne(viewers[i], "here")
			synctest.Wait()
		}
		for i, viewer := range viewers[:40] {
			got, _ := taken(viewer)
			assert.Len(t, got, 1, "viewer %d", i)
		}
		got, _ := taken(viewers[40])
		assert.Empty(t, got)
	})
}

func letsPlacesTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub(silent)
		defer hub.Close()
		from := func(place string, n int) []*live.Viewer {
			viewers := make([]*live.Viewer, n)
			for i := range viewers {
				var err error
				viewers[i], err = hub.Join(t.Context(), place, []string{place})
				require.NoError(t, err)
			}
			return viewers
		}
		invited := func(viewers []*live.Viewer) (n int) {
			for _, viewer := range viewers {
				got, _ := taken(viewer)
				n += len(got)
			}
			return n
		}
		storm, pair, one := from("a storm", 400), from("a pair", 2), from("one", 1)
		hub.Invite("a storm")
		synctest.Wait()
		require.Equal(t, 40, invited(storm))
		hub.Invite("a pair", "one")
		time.Sleep(300 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, 1, invited(one), "one of the first three turns")
		assert.Equal(t, 1, invited(pair))
		assert.Equal(t, 1, invited(storm))
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, 1, invited(pair))
		assert.Equal(t, 1, invited(storm))

		hub.Invite("one")
		for range 50 { // connections that come and go
			more := from("a storm", 1)[0]
			hub.InviteOne(more, "a storm")
			hub.Leave(more)
		}
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, 1, invited(one))
	})
}

func invitesEverybody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub(silent)
		defer hub.Close()
		here, there := join(t, hub, "here"), join(t, hub, "there")
		hub.InviteAll()
		synctest.Wait()
		for _, viewer := range []*live.Viewer{here, there} {
			got, _ := taken(viewer)
			assert.Len(t, got, 1)
		}
		assert.Equal(t, 2, hub.Viewers())
	})
}

// A viewer may be several pages. Only those are fetched again that the invitation is about.
func saysWhatChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub(silent)
		defer hub.Close()
		for range 40 { // so that the next one has to wait
			hub.InviteOne(join(t, hub, "a crowd"), "a crowd")
		}
		viewer := join(t, hub, "here", "there", "elsewhere")
		synctest.Wait()
		hub.Invite("there", "here")
		hub.Invite("there", "nowhere")
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		got, _ := taken(viewer)
		assert.Equal(t, []string{"event: changed\ndata: there\ndata: here\n\n"}, got)
		hub.Invite("elsewhere")
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		got, _ = taken(viewer)
		assert.Equal(t, []string{"event: changed\ndata: elsewhere\n\n"}, got, "what was told is not told again")
	})
}

func invitesNobodyWhoHasLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub(silent)
		defer hub.Close()
		viewers := make([]*live.Viewer, 43)
		for i := range viewers {
			viewers[i] = join(t, hub, "here")
			hub.InviteOne(viewers[i], "here")
		}
		synctest.Wait() // until forty are invited, and three wait
		taken(viewers[0])
		for _, i := range []int{0, 41} {
			hub.Leave(viewers[i])
			hub.InviteOne(viewers[i], "here")
		}
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		for _, i := range []int{40, 42} {
			got, _ := taken(viewers[i])
			assert.Len(t, got, 1, "viewer %d", i)
		}
		for _, i := range []int{0, 41} {
			got, open := taken(viewers[i])
			assert.Empty(t, got, "viewer %d", i)
			assert.False(t, open)
		}

		hub.InviteOne(viewers[42], "here")
		synctest.Wait() // until it waits alone
		hub.Leave(viewers[42])
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		got, _ := taken(viewers[42])
		assert.Empty(t, got)
	})
}
