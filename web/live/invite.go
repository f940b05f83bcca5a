package live

// The pace of invitations.
const (
	invitesPerSecond = 10
	invitesAtOnce    = 40
)

// Invite sends the viewers of the topics a message with the name [Invitation], each in its turn:
// forty at once, then ten a second. The turns alternate between places. A viewer that waits for
// its turn already does not get a second one.
func (h *Hub) Invite(topics ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, topic := range topics {
		for v := range h.byTopic[topic] {
			h.queue(v)
		}
	}
}

// InviteAll invites all viewers, each in its turn.
func (h *Hub) InviteAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for v := range h.viewers {
		h.queue(v)
	}
}

// InviteOne invites one viewer, in its turn.
func (h *Hub) InviteOne(v *Viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.queue(v)
}

// queue gives a viewer a turn, unless it waits for one or has left.
func (h *Hub) queue(v *Viewer) {
	if v.waiting || !h.viewers[v] {
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
		v.waiting = false
		h.send(v, invitation)
	}
}

var invitation = NewMessage(Invitation, nil)
