package cycles

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An arrow leads to a transaction that comes later.
type arrow struct {
	to   int
	kind string // ww, wr, rw, or "" for the clock
}

// draw draws all arrows.
func (h *history) draw() {
	h.arrows = make([][]arrow, len(h.txns))
	for _, elements := range h.longest {
		for i := 1; i < len(elements); i++ {
			h.point(h.by[elements[i-1]], h.by[elements[i]], "ww")
		}
	}
	for i, txn := range h.txns {
		if txn.Outcome != Done {
			continue
		}
		for _, r := range txn.Reads {
			n := len(r.Elements)
			if n > 0 {
				h.point(h.by[r.Elements[n-1]], i, "wr")
			}
			if longest := h.longest[r.List]; n < len(longest) {
				h.point(i, h.by[longest[n]], "rw")
			}
		}
		for _, a := range txn.Appends {
			h.unread(i, a)
		}
	}
	h.drawClock()
}

// unread draws the arrows of an element that no read has: it comes after all that were read.
func (h *history) unread(txn int, a Append) {
	if _, wasRead := h.place[a.Element]; wasRead {
		return
	}
	if reader, any := h.read[a.List]; any {
		h.point(reader, txn, "rw")
	}
}

func (h *history) point(from, to int, kind string) {
	if from != to {
		h.arrows[from] = append(h.arrows[from], arrow{to, kind})
	}
}

// drawClock puts the ends of all transactions on a line of moments. A transaction leads to the
// moment of its end, and the last moment before its beginning leads to it. So there are few
// arrows, and each pair of transactions that the clock keeps apart is joined.
func (h *history) drawClock() {
	var done, all []int
	for i, txn := range h.txns {
		all = append(all, i)
		if txn.Outcome == Done {
			done = append(done, i)
		}
	}
	slices.SortFunc(done, func(a, b int) int { return cmp.Compare(h.txns[a].Ended, h.txns[b].Ended) })
	slices.SortFunc(all, func(a, b int) int { return cmp.Compare(h.txns[a].Began, h.txns[b].Began) })
	first := len(h.txns) // the node of the first moment
	h.arrows = append(h.arrows, make([][]arrow, len(done))...)
	for k, i := range done {
		h.point(i, first+k, "")
		if k > 0 {
			h.point(first+k-1, first+k, "")
		}
	}
	before := 0
	for _, i := range all {
		for before < len(done) && h.txns[done[before]].Ended < h.txns[i].Began {
			before++
		}
		if before > 0 {
			h.point(first+before-1, i, "")
		}
	}
}

// groups returns the sets of nodes that are in cycles with each other, by Tarjan's walk. It keeps
// its own stack: a history may have a million transactions in a row.
func (h *history) groups() (groups [][]int) {
	n := len(h.arrows)
	number, low, next, onStack := make([]int, n), make([]int, n), make([]int, n), make([]bool, n)
	count, stack := 0, []int(nil)
	visit := func(v int) {
		count++
		number[v], low[v], onStack[v] = count, count, true
		stack = append(stack, v)
	}
	for start := range n {
		if number[start] > 0 {
			continue
		}
		visit(start)
		for path := []int{start}; len(path) > 0; {
			v := path[len(path)-1]
			if next[v] < len(h.arrows[v]) {
				to := h.arrows[v][next[v]].to
				next[v]++
				if number[to] == 0 {
					visit(to)
					path = append(path, to)
				} else if onStack[to] {
					low[v] = min(low[v], number[to])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				low[path[len(path)-1]] = min(low[path[len(path)-1]], low[v])
			}
			if low[v] == number[v] {
				i := len(stack) - 1
				for stack[i] != v {
					i--
				}
				if group := slices.Clone(stack[i:]); len(group) > 1 {
					groups = append(groups, group)
				}
				for _, left := range stack[i:] {
					onStack[left] = false
				}
				stack = stack[:i]
			}
		}
	}
	return groups
}

// explain returns the worst cycle of a group: that of the strongest promise that is broken.
func (h *history) explain(group []int) Anomaly {
	for _, k := range []struct {
		kind  Kind
		among []string
		reads int // how many rw arrows it may have
	}{
		{G0, []string{"ww"}, 0},
		{G1c, []string{"ww", "wr"}, 0},
		{GSingle, []string{"ww", "wr"}, 1},
		{G2, []string{"ww", "wr", "rw"}, 0},
		{Realtime, []string{"ww", "wr", "rw", ""}, 0},
	} {
		if cycle := h.cycle(group, k.among, k.reads); cycle != "" {
			return Anomaly{k.kind, cycle}
		}
	}
	return Anomaly{Realtime, "a cycle of " + fmt.Sprint(len(group)) + " transactions"}
}

// cycle returns a shortest cycle of a group by some kinds of arrows, or "". With reads, the cycle
// has one rw arrow beside them.
func (h *history) cycle(group []int, among []string, reads int) string {
	inside := map[int]bool{}
	for _, v := range group {
		inside[v] = true
	}
	for _, start := range group {
		if start >= len(h.txns) { // each cycle has a transaction
			continue
		}
		for _, a := range h.arrows[start] {
			if !inside[a.to] || reads > 0 && a.kind != "rw" || reads == 0 && !slices.Contains(among, a.kind) {
				continue
			}
			if path := h.path(a.to, start, inside, among); path != nil {
				return h.written(start, a.kind, path)
			}
		}
	}
	return ""
}

// A step is an arrow of a path.
type step struct {
	node int
	kind string // of the arrow from here
}

// path returns a shortest path between two nodes, or nil.
func (h *history) path(from, to int, inside map[int]bool, among []string) []step {
	cameBy := map[int]step{from: {-1, ""}}
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		v := queue[0]
		if v == to {
			var path []step
			for at := (step{to, ""}); at.node >= 0; at = cameBy[at.node] {
				path = append(path, at)
			}
			slices.Reverse(path)
			return path
		}
		for _, a := range h.arrows[v] {
			if _, seen := cameBy[a.to]; !seen && inside[a.to] && slices.Contains(among, a.kind) {
				cameBy[a.to] = step{v, a.kind}
				queue = append(queue, a.to)
			}
		}
	}
	return nil
}

// written writes a cycle. Moments are left out: "before" leads from one transaction to the next.
func (h *history) written(start int, kind string, path []step) string {
	var text strings.Builder
	write := func(node int, kind string) {
		if node < len(h.txns) {
			fmt.Fprintf(&text, "%s -%s-> ", h.txns[node].Name, cmp.Or(kind, "before"))
		}
	}
	write(start, kind)
	for _, s := range path[:len(path)-1] {
		write(s.node, s.kind)
	}
	return text.String() + h.txns[start].Name
}
