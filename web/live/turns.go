package live

import (
	"slices"
	"sort"
)

// A turns is the order in which viewers are invited. It goes in rounds, and in each round
// everybody who comes from one place has one turn.
type turns struct {
	waiting []*Viewer      // in their order
	round   int            // of the last turn that was taken
	last    map[string]int // the last round in which a place has a turn
}

func (t *turns) add(v *Viewer) {
	v.round = max(t.round, t.last[v.from]+1)
	t.last[v.from] = v.round
	behind := sort.Search(len(t.waiting), func(i int) bool { return t.waiting[i].round > v.round })
	t.waiting = slices.Insert(t.waiting, behind, v)
}

func (t *turns) remove(v *Viewer) {
	t.waiting = slices.DeleteFunc(t.waiting, func(other *Viewer) bool { return other == v })
}

// next returns the viewer whose turn it is, or nil when none waits.
func (t *turns) next() *Viewer {
	if len(t.waiting) == 0 {
		return nil
	}
	v := t.waiting[0]
	t.waiting = t.waiting[1:]
	t.round = v.round
	return v
}
