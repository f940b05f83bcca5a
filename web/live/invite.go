package live

// Invite sends the viewers of the topics a message of the name [Invitation], each in
// its turn: the first forty at once, then ten in a second. Those who come from different
// places take turns. Who waits for a turn already waits for one, not two.
func (h *Hub) Invite(topics ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, topic := range topics {
		for v := range h.byTopic[topic] {
			h.queue(v)
		}
	}
}

// InviteAll invites everybody, each in its turn.
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

// takeTurns invites until nobody waits for it. It asks that first, so that only an
// invitation takes a turn, and the end of the queue does not.
func (h *Hub) takeTurns() {
	for h.anybodyWaits() && h.pace.Wait(h.open) == nil {
		h.inviteNext()
	}
}

// anybodyWaits reports whether a viewer waits for its turn. If none does, nobody is
// inviting any more.
func (h *Hub) anybodyWaits() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turning = len(h.turns.waiting) > 0
	return h.turning
}

// inviteNext invites the viewer whose turn it is, if it has not left meanwhile. It is
// only now that the viewer stops waiting: what is news from here on is worth another
// invitation, since the page may be fetched already.
func (h *Hub) inviteNext() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if v := h.turns.next(); v != nil {
		v.waiting = false
		h.send(v, invitation)
	}
}

var invitation = NewMessage(Invitation, nil)
