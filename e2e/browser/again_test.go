package browser_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

func TestPersonDoesThingsAgain(t *testing.T) {
	t.Parallel()
	b := browser.Open(t)
	const once = `<h1>Asked</h1><form method="post" action="/count"><button>Send</button></form>`

	// counting serves a form, and answers it with how often it was sent. hold is called
	// while the first answer is awaited.
	counting := func(t *testing.T, hold func()) (url string, sent *atomic.Int32) {
		sent = &atomic.Int32{}
		return site(t, once, map[string]http.HandlerFunc{"POST /count": func(w http.ResponseWriter, _ *http.Request) {
			n := sent.Add(1)
			if n == 1 {
				hold()
			}
			show(w, fmt.Sprintf("<h1>Sent %d</h1>", n))
		}}), sent
	}

	t.Run("goes back", func(t *testing.T) {
		t.Parallel()
		url, _ := counting(t, func() {})
		ada := b.NewPerson(t, "Ada")
		ada.Goto(url)
		ada.Submit("button")
		require.Equal(t, "Sent 1", ada.Text("h1"))
		ada.Back()
		require.Equal(t, "Asked", ada.Text("h1"))
	})

	t.Run("sends a form again by loading its answer again", func(t *testing.T) {
		t.Parallel()
		url, sent := counting(t, func() {})
		ada := b.NewPerson(t, "Ada")
		ada.Goto(url)
		ada.Submit("button")
		ada.Reload()
		require.Equal(t, "Sent 2", ada.Text("h1"))
		require.EqualValues(t, 2, sent.Load())
	})

	t.Run("clicks twice while the first answer is on its way", func(t *testing.T) {
		t.Parallel()
		arrived, clicked := make(chan struct{}), make(chan struct{})
		url, sent := counting(t, func() {
			close(arrived)
			<-clicked
		})
		ada := b.NewPerson(t, "Ada")
		ada.Goto(url)
		ada.ClickTwice("button", func() { <-arrived })
		close(clicked)
		ada.Arrive()
		require.Equal(t, "Sent 2", ada.Text("h1"))
		require.EqualValues(t, 2, sent.Load())
	})
}
