package live

import (
	"context"
	"sync"

	"golang.org/x/time/rate"

	"go-crablet/internal/places"
)

// A Hub knows which pages somebody looks at. It is safe for concurrent use.
type Hub struct {
	listen func(ctx context.Context, listening func())

	mu        sync.Mutex
	viewers   map[*Viewer]bool
	places    *places.Room[string]
	byTopic   map[string]map[*Viewer]bool
	dropped   int64              // viewers that had too many messages unread
	listening chan struct{}      // closed when listen is sure to miss nothing
	endListen context.CancelFunc // nil while there is no viewer

	turns   turns
	turning bool // takeTurns is running
	pace    *rate.Limiter

	open    context.Context // done when the hub is closed
	close   context.CancelFunc
	running sync.WaitGroup
}

// NewHub returns a hub that calls listen when the first viewer comes, and ends its context when
// the last one has left. listen finds out what is new and tells the hub. It calls listening once
// it is sure to miss nothing from then on. Close the hub when it is no longer needed.
func NewHub(listen func(ctx context.Context, listening func())) *Hub {
	open, closing := context.WithCancel(context.Background())
	return &Hub{
		listen:  listen,
		viewers: map[*Viewer]bool{},
		places:  places.NewRoom[string](maxViewers),
		byTopic: map[string]map[*Viewer]bool{},
		turns:   turns{last: map[string]int{}},
		pace:    rate.NewLimiter(invitesPerSecond, invitesAtOnce),
		open:    open, close: closing,
	}
}

// begin starts to listen. Listening has its own context, since the first viewer may leave before
// others do.
func (h *Hub) begin() {
	ctx, cancel := context.WithCancel(h.open)
	listening := make(chan struct{})
	h.listening, h.endListen = listening, cancel
	h.running.Go(func() { h.listen(ctx, sync.OnceFunc(func() { close(listening) })) })
}

// Go calls run in a goroutine, with a context that is done when the hub is closed. It returns
// false if the hub is closed already: then it does not call run.
func (h *Hub) Go(run func(ctx context.Context)) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open.Err() != nil {
		return false
	}
	h.running.Go(func() { run(h.open) })
	return true
}

// Close drops all viewers, and waits until listen and everything that [Hub.Go] runs has ended.
func (h *Hub) Close() {
	h.mu.Lock()
	h.close()
	for v := range h.viewers {
		h.remove(v)
	}
	h.mu.Unlock()
	h.running.Wait()
}
