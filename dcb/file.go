package dcb

import "slices"

// A file finds, of many sets of tags, those that lie within another one. Each set is
// filed under one of its tags only, the rarest, so that a tag which all of them have
// does not make each a candidate.
type file struct {
	under   map[Tag][]int // the numbers of sets
	without []int         // those of sets without tags
}

// fileByTag files the sets of tags with the numbers 0 to n-1.
func fileByTag(n int, tagsOf func(i int) Tags) file {
	count := make(map[Tag]int, n)
	for i := range n {
		for _, tag := range tagsOf(i) {
			count[tag]++
		}
	}
	f := file{under: make(map[Tag][]int, n)}
	for i := range n {
		tags := tagsOf(i)
		if len(tags) == 0 {
			f.without = append(f.without, i)
			continue
		}
		rarest := slices.MinFunc(tags, func(a, b Tag) int { return count[a] - count[b] })
		f.under[rarest] = append(f.under[rarest], i)
	}
	return f
}

// among returns the numbers of the sets that may lie within these tags, in ascending
// order: all that do, and perhaps others.
func (f file) among(tags Tags) []int {
	candidates := slices.Clone(f.without)
	for _, tag := range tags {
		candidates = append(candidates, f.under[tag]...)
	}
	if len(candidates) < 2 {
		return candidates
	}
	slices.Sort(candidates)
	return slices.Compact(candidates) // a tag may be given twice
}
