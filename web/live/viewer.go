package live

import (
	"context"
	"errors"
)

// ErrFull is the error of a viewer for which there is no room.
var ErrFull = errors.New("too many are looking already")

const (
	maxViewers = 5000

	// unread is how many messages a viewer may leave unread. With one more it is dropped.
	unread = 64
)

// A Viewer is one browser, which shows one page or several and hears of their topics.
type Viewer struct {
	from     string // the place, such as a network, that it shares room and turns with
	topics   []string
	messages chan Message

	waiting bool     // for its turn to be invited
	changed []string // the topics of that invitation
	round   int      // of that turn; see turns
}

// Messages returns what the viewer is sent. The channel is closed when the viewer has left or
// was dropped.
func (v *Viewer) Messages() <-chan Message { return v.messages }

// Join adds a viewer of the topics. When it returns, the viewer will miss nothing that happens
// from then on. Call [Hub.Leave] when the viewer has gone. The error is that of the context, or
// [ErrFull] if there is no room or the hub is closed.
//
// All viewers from one place, such as a network, share its room and its turns. So one place can
// neither take all the room nor make viewers from other places wait.
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

// Leave removes a viewer. It does nothing if the viewer was dropped already.
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
	if v.waiting { // otherwise connections that come and go would make all others wait
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

// Viewers returns the number of viewers.
func (h *Hub) Viewers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.viewers)
}

// Dropped returns how many viewers were dropped so far, because they had too many messages unread.
func (h *Hub) Dropped() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.dropped
}

// Watched reports whether a topic has a viewer.
func (h *Hub) Watched(topic string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.byTopic[topic]) > 0
}

// Push sends a message with HTML to all viewers of a topic. It drops a viewer that has too many
// messages unread.
func (h *Hub) Push(topic, name string, html []byte) {
	m := newMessage(name, topic, html)
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
		h.dropped++
		h.remove(v)
	}
}
