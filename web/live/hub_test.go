package live_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web/live"
)

// silent listens to nothing.
func silent(ctx context.Context, listening func()) {
	listening()
	<-ctx.Done()
}

func join(t *testing.T, hub *live.Hub, topics ...string) *live.Viewer {
	t.Helper()
	viewer, err := hub.Join(t.Context(), "", topics)
	require.NoError(t, err)
	return viewer
}

// taken are the messages that wait for a viewer, and whether more can come.
func taken(v *live.Viewer) (texts []string, open bool) {
	for {
		select {
		case m, ok := <-v.Messages():
			if !ok {
				return texts, false
			}
			texts = append(texts, string(m))
		default:
			return texts, true
		}
	}
}

var hello = []byte("hello")

func TestHub(t *testing.T) {
	t.Parallel()
	t.Run("sends a message to those who look at its topic, and to nobody else", pushesToTheTopicOnly)
	t.Run("drops who does not take in what is sent, and nobody else", dropsASlowViewer)
	t.Run("listens while somebody looks", listensWhileSomebodyLooks)
	t.Run("is closed when nothing listens any more, and lets nobody in", isClosedWhenNothingListens)
	t.Run("lets nobody in who could miss something", letsNobodyInBeforeItListens)
	t.Run("keeps nobody waiting who wants in while it is closed", letsNobodyWaitWhileItIsClosed)
	t.Run("has room for five thousand, and no place of them takes all of it", sharesItsRoomBetweenPlaces)
}

func pushesToTheTopicOnly(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(silent)
	t.Cleanup(hub.Close)
	here, both, elsewhere := join(t, hub, "here"), join(t, hub, "here", "there"), join(t, hub, "elsewhere")
	hub.Push("here", "seats", hello)
	for _, viewer := range []*live.Viewer{here, both} {
		got, open := taken(viewer)
		assert.Equal(t, []string{"event: seats\ndata: here\ndata: hello\n\n"}, got)
		assert.True(t, open)
	}
	got, open := taken(elsewhere)
	assert.Empty(t, got)
	assert.True(t, open)
	assert.True(t, hub.Watched("there"))
	hub.Leave(both)
	assert.False(t, hub.Watched("there"))
	hub.Push("there", "seats", hello)
	_, open = taken(both)
	assert.False(t, open)
	assert.Equal(t, 2, hub.Viewers())
	hub.Push("here", "seats", hello)
	got, _ = taken(here)
	assert.Len(t, got, 1, "whoever leaves takes no topic away from others")
}

func dropsASlowViewer(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(silent)
	t.Cleanup(hub.Close)
	slow, quick := join(t, hub, "here"), join(t, hub, "here")
	for range 65 {
		hub.Push("here", "seats", hello)
		taken(quick)
	}
	got, open := taken(slow)
	assert.Len(t, got, 64)
	assert.False(t, open)
	assert.Equal(t, 1, hub.Viewers())
	hub.Leave(slow) // as it does when it notices
	assert.Equal(t, 1, hub.Viewers())
	hub.Leave(quick)
	assert.Equal(t, int64(1), hub.Dropped(), "whoever leaves was not dropped")
}

func listensWhileSomebodyLooks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var began, ended int
		hub := live.NewHub(func(ctx context.Context, listening func()) {
			began++
			listening()
			<-ctx.Done()
			ended++
		})
		defer hub.Close()
		for before := range 2 {
			ada, kofi := join(t, hub, "here"), join(t, hub, "here")
			hub.Leave(ada)
			synctest.Wait()
			assert.Equal(t, before+1, began)
			assert.Equal(t, before, ended)
			hub.Leave(kofi)
			synctest.Wait()
			assert.Equal(t, before+1, ended)
		}
	})
}

func isClosedWhenNothingListens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ended bool
		hub := live.NewHub(func(ctx context.Context, listening func()) {
			silent(ctx, listening)
			time.Sleep(time.Second) // as listening to a database takes time to end
			ended = true
		})
		join(t, hub, "here")
		hub.Close()
		require.True(t, ended)
		ended = false
		_, err := hub.Join(t.Context(), "", []string{"here"})
		require.ErrorIs(t, err, live.ErrFull)
		assert.Zero(t, hub.Viewers())
		time.Sleep(2 * time.Second)
		assert.False(t, ended, "it has not listened again")
	})
}

func letsNobodyInBeforeItListens(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(func(ctx context.Context, _ func()) { <-ctx.Done() })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := hub.Join(ctx, "", []string{"here"})
	require.ErrorIs(t, err, context.Canceled)
	assert.Zero(t, hub.Viewers())
}

func letsNobodyWaitWhileItIsClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub(func(ctx context.Context, _ func()) { <-ctx.Done() })
		refused := make(chan error, 1)
		go func() {
			_, err := hub.Join(context.Background(), "", []string{"here"})
			refused <- err
		}()
		synctest.Wait() // until it waits to be let in
		require.Equal(t, 1, hub.Viewers())
		hub.Close()
		require.ErrorIs(t, <-refused, live.ErrFull)
	})
}

func sharesItsRoomBetweenPlaces(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(silent)
	from := func(place string) (n int) {
		for {
			if _, err := hub.Join(t.Context(), place, []string{"here"}); err != nil {
				require.ErrorIs(t, err, live.ErrFull)
				return n
			}
			n++
		}
	}
	assert.Equal(t, 2500, from("one network"))
	assert.Equal(t, 1250, from("another"))
	leaver, err := hub.Join(t.Context(), "a third", []string{"here"})
	require.NoError(t, err)
	hub.Leave(leaver)
	hub.Leave(leaver)
	assert.Equal(t, 625, from("a third"), "who has left has no place any more")
	hub.Close()
	assert.Zero(t, hub.Viewers())
}

func TestAMessageMayHaveManyLines(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(silent)
	t.Cleanup(hub.Close)
	viewer := join(t, hub, "here")
	hub.Push("here", "seats", []byte("<p>\n\none\rtwo\n"))
	got, _ := taken(viewer)
	assert.Equal(t, []string{"event: seats\ndata: here\ndata: <p>\ndata: \ndata: one\ndata: two\n\n"}, got)
}

func ExampleHub() {
	hub := live.NewHub(func(ctx context.Context, listening func()) {
		listening()
		<-ctx.Done() // here one would follow a log, and tell the hub
	})
	defer hub.Close()

	viewer, _ := hub.Join(context.Background(), "", []string{"seats algebra"})
	defer hub.Leave(viewer)

	hub.Push("seats algebra", "seats", []byte("<p>3 of 20</p>"))
	hub.Push("seats geometry", "seats", []byte("<p>5 of 10</p>"))
	hub.Invite("seats algebra")

	for range 2 {
		fmt.Println(strings.TrimSpace(string(<-viewer.Messages())))
	}
	// Output:
	// event: seats
	// data: seats algebra
	// data: <p>3 of 20</p>
	// event: changed
	// data: seats algebra
}

func TestWhatRunsForViewersEndsWithTheHub(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(silent)
	ended := false
	require.True(t, hub.Go(func(ctx context.Context) {
		<-ctx.Done()
		ended = true
	}))
	hub.Close()
	assert.True(t, ended, "it was waited for")
	assert.False(t, hub.Go(func(context.Context) { t.Error("it runs") }), "the hub is closed")
	hub.Close()
}
