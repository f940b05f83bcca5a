// Package places divides what there is room for among those who want it, so that nobody
// can take all of it.
package places

// A Room has a number of places. Whoever has some gets another one only while more are
// left than they have. So one alone gets half of them, the next one a quarter, and there
// is a place left for whoever comes new until there are as many as that halves.
//
// K is what tells apart those who want places. A Room is not safe for concurrent use.
type Room[K comparable] struct {
	free  int
	taken map[K]int
}

// NewRoom returns a room with a number of places, all free.
func NewRoom[K comparable](places int) *Room[K] {
	return &Room[K]{free: places, taken: map[K]int{}}
}

// Take takes a place, and reports whether one was free.
func (r *Room[K]) Take(who K) bool {
	if r.taken[who] >= r.free {
		return false
	}
	r.taken[who]++
	r.free--
	return true
}

// Leave gives a place back that was taken.
func (r *Room[K]) Leave(who K) {
	r.free++
	if r.taken[who]--; r.taken[who] == 0 {
		delete(r.taken, who)
	}
}

// Of returns how many places somebody has.
func (r *Room[K]) Of(who K) int { return r.taken[who] }
