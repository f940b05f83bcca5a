package live

import (
	"slices"
	"sort"
)

// turns are the order in which viewers are invited. It goes in rounds. In each round, every place
// has one turn, whichever of its viewers takes it.
type turns struct {
	waiting []*Viewer      // the next one first
	round   int            // of the last turn that was taken
	last    map[string]int // for each place, the last round in which it has a turn
}

func (t *turns) add(v *Viewer) {
	v.round = max(t.round, t.last[v.from]+1)
	t.last[v.from] = v.round
	after := sort.Search(len(t.waiting), func(i int) bool { return t.waiting[i].round > v.round })
	t.waiting = slices.Insert(t.waiting, after, v)
}

func (t *turns) remove(v *Viewer) {
	t.waiting = slices.DeleteFunc(t.waiting, func(other *Viewer) bool { return other == v })
}

// next takes the next turn and returns its viewer, or nil if none waits.
func (t *turns) next() *Viewer {
	if len(t.waiting) == 0 {
		return nil
	}
	v := t.waiting[0]
	t.waiting = t.waiting[1:]
	t.round = v.round
	return v
}
