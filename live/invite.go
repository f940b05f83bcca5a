package live

// Invite sends the viewers of the topics a message of the name [Invitation], each in
// its turn: the first forty at once, then ten in a second. Who waits for a turn
// already waits for one, not two.
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
	h.turns = append(h.turns, v)
	if !h.turning {
		h.turning = true
		h.running.Go(h.takeTurns)
	}
}

// takeTurns invites until nobody waits for it.
func (h *Hub) takeTurns() {
	for h.pace.Wait(h.open) == nil && h.inviteNext() {
	}
}

// inviteNext invites whose turn it is, and reports whether there was anybody. It is
// only now that the viewer stops waiting: what is news from here on is worth another
// invitation, since the page may be fetched already.
func (h *Hub) inviteNext() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.turns) == 0 {
		h.turning = false
		return false
	}
	v := h.turns[0]
	h.turns = h.turns[1:]
	v.waiting = false
	h.send(v, invitation)
	return true
}

var invitation = NewMessage(Invitation, nil)
