package live

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/time/rate"

	"go-crablet/internal/places"
)

// ErrFull is returned to who wants to look when as many do as there is room for.
var ErrFull = errors.New("too many are looking already")

const (
	maxViewers = 5000

	// unread is how many messages a viewer may be behind before it is dropped.
	unread = 64

	invitesPerSecond = 10
	invitesAtOnce    = 40
)

// A Hub knows who looks at what. It is safe for concurrent use.
type Hub struct {
	listen func(ctx context.Context, listening func())

	mu        sync.Mutex
	viewers   map[*Viewer]bool
	places    *places.Room[string]
	byTopic   map[string]map[*Viewer]bool
	listening chan struct{}      // closed when listen misses nothing any more
	endListen context.CancelFunc // nil while nobody looks

	turns   turns
	turning bool // somebody is inviting those whose turn it is
	pace    *rate.Limiter

	open    context.Context // until the hub is closed
	close   context.CancelFunc
	running sync.WaitGroup
}

// NewHub returns a hub that calls listen when somebody begins to look, and ends its
// context when nobody does any more. listen finds out what is new, and tells the hub; it
// calls listening once it is sure to miss nothing from then on. Close the hub when it is
// no longer needed.
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

// A Viewer is one page that somebody looks at.
type Viewer struct {
	from     string
	topics   []string
	messages chan Message

	waiting bool // for its turn to be invited
	round   int  // of the turns, in which it has its own
}

// Messages is what the viewer is sent. It is closed when the viewer was dropped, has
// left, or the hub is closed.
func (v *Viewer) Messages() <-chan Message { return v.messages }

// Join adds a viewer of the topics, and returns when it will miss nothing that is new
// from then on. The viewer has to [Hub.Leave]. The error is that of the context, or
// [ErrFull] when there is no room or the hub is closed.
//
// Viewers that come from one place, such as a network, share the places and the turns that
// it has: nobody can take all places, and however many they are, they keep nobody else
// waiting.
func (h *Hub) Join(ctx context.Context, from string, topics []string) (*Viewer, error) {
	v, listening, err := h.add(from, topics)
	if err != nil {
		return nil, err
	}
	select {
	case <-listening:
		return v, nil
	case <-ctx.Done():
		h.Leave(v)
		return nil, ctx.Err()
	case <-h.open.Done():
		return nil, ErrFull
	}
}

func (h *Hub) add(from string, topics []string) (*Viewer, <-chan struct{}, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open.Err() != nil || !h.places.Take(from) {
		return nil, nil, ErrFull
	}
	v := &Viewer{from: from, topics: topics, messages: make(chan Message, unread)}
	h.viewers[v] = true
	for _, topic := range topics {
		if h.byTopic[topic] == nil {
			h.byTopic[topic] = map[*Viewer]bool{}
		}
		h.byTopic[topic][v] = true
	}
	if h.endListen == nil {
		h.begin()
	}
	return v, h.listening, nil
}

// begin listens until nobody looks. It is not with the context of the viewer who came
// first, who may leave before others do.
func (h *Hub) begin() {
	ctx, cancel := context.WithCancel(h.open)
	listening := make(chan struct{})
	h.listening, h.endListen = listening, cancel
	h.running.Go(func() { h.listen(ctx, sync.OnceFunc(func() { close(listening) })) })
}

// Leave removes a viewer. Who was dropped may leave as well.
func (h *Hub) Leave(v *Viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(v)
}

func (h *Hub) remove(v *Viewer) {
	if !h.viewers[v] {
		return
	}
	delete(h.viewers, v)
	h.places.Leave(v.from)
	for _, topic := range v.topics {
		delete(h.byTopic[topic], v)
		if len(h.byTopic[topic]) == 0 {
			delete(h.byTopic, topic)
		}
	}
	if v.waiting { // or connections that come and go would keep all others waiting
		h.turns.remove(v)
	}
	if h.places.Of(v.from) == 0 {
		delete(h.turns.last, v.from)
	}
	close(v.messages)
	if len(h.viewers) == 0 {
		h.endListen()
		h.endListen = nil
	}
}

// Viewers returns how many look.
func (h *Hub) Viewers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.viewers)
}

// Watched reports whether anybody looks at a topic.
func (h *Hub) Watched(topic string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.byTopic[topic]) > 0
}

// Push sends a message to all viewers of a topic. Those who have not taken in enough
// of what they were sent before are dropped.
func (h *Hub) Push(topic string, m Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for v := range h.byTopic[topic] {
		h.send(v, m)
	}
}

func (h *Hub) send(v *Viewer, m Message) {
	select {
	case v.messages <- m:
	default:
		h.remove(v)
	}
}

// Go runs something for the viewers until it returns, with a context that is done when the
// hub is closed. It reports whether the hub is still open; once it is not, nothing runs.
func (h *Hub) Go(run func(ctx context.Context)) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open.Err() != nil {
		return false
	}
	h.running.Go(func() { run(h.open) })
	return true
}

// Close drops all viewers, and waits until nothing listens or runs for them any more.
func (h *Hub) Close() {
	h.mu.Lock()
	h.close()
	for v := range h.viewers {
		h.remove(v)
	}
	h.mu.Unlock()
	h.running.Wait()
}
