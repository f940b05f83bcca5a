package live

import "slices"

// The pace of invitations.
const (
	invitesPerSecond = 10
	invitesAtOnce    = 40
)

// Invite sends the viewers of the topics a message with the name [Invitation], each in its turn:
// forty at once, then ten a second. The turns alternate between places. A viewer that waits for
// its turn already does not get a second one: its invitation is about these topics, too.
func (h *Hub) Invite(topics ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, topic := range topics {
		for v := range h.byTopic[topic] {
			h.queue(v, topic)
		}
	}
}

// InviteAll invites all viewers about all their topics, each in its turn.
func (h *Hub) InviteAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for v := range h.viewers {
		h.queue(v, v.topics...)
	}
}

// InviteOne invites one viewer about some of its topics, in its turn.
func (h *Hub) InviteOne(v *Viewer, topics ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.queue(v, topics...)
}

// queue gives a viewer a turn to be invited about topics. A viewer that waits for its turn keeps
// it, and one that has left gets none.
func (h *Hub) queue(v *Viewer, topics ...string) {
	if !h.viewers[v] {
		return
	}
	for _, topic := range topics {
		if !slices.Contains(v.changed, topic) {
			v.changed = append(v.changed, topic)
		}
	}
	if v.waiting || len(v.changed) == 0 {
		return
	}
	v.waiting = true
	h.turns.add(v)
	if !h.turning {
		h.turning = true
		h.running.Go(h.takeTurns)
	}
}

// takeTurns invites until no viewer waits. It checks that before it waits for the pace, so that
// the end of the queue takes no turn.
func (h *Hub) takeTurns() {
	for h.anybodyWaits() && h.pace.Wait(h.open) == nil {
		h.inviteNext()
	}
}

// anybodyWaits reports whether a viewer waits for its turn. If none does, takeTurns ends.
func (h *Hub) anybodyWaits() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turning = len(h.turns.waiting) > 0
	return h.turning
}

// inviteNext invites the viewer whose turn it is, if there still is one. From here on the viewer
// can be invited again: it may fetch its page before the next event.
func (h *Hub) inviteNext() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if v := h.turns.next(); v != nil {
		m := newInvitation(v.changed)
		v.waiting, v.changed = false, nil
		h.send(v, m)
	}
}
