package dcb

import (
	"context"
	"slices"
)

// A trail is where a tail has been, the last place at its end.
type trail []Checkpoint

// longestTrail is how many places are remembered. What a failover loses is short.
const longestTrail = 64

func (t trail) last() Checkpoint { return t[len(t)-1] }

// reached adds a place, or names the event at the last one.
func (t trail) reached(c Checkpoint) trail {
	if c.Position == t.last().Position {
		t[len(t)-1] = c
		return t
	}
	if len(t) == longestTrail {
		t = slices.Delete(t, 0, 1)
	}
	return append(t, c)
}

// lastHere returns the last place of a trail that is in this log, or the beginning.
func (s *Store) lastHere(ctx context.Context, been trail) Checkpoint {
	answer, err := s.ask(ctx, readSQL, question{}, toTheEnd, 1, been...)
	if err != nil {
		return Checkpoint{}
	}
	for _, c := range slices.Backward(been) {
		if c.EventID != "" && !slices.Contains(answer.unlike, c) {
			return c
		}
	}
	return Checkpoint{}
}
