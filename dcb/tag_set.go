package dcb

import (
	"fmt"
	"slices"
	"strings"
)

// A tagIndex finds, of many sets of tags, those that are subsets of another one. Each set
// is listed under its rarest tag only. So a tag that all sets have does not make all of them
// candidates.
type tagIndex struct {
	under   map[Tag][]int // the numbers of sets
	without []int         // those of sets without tags
}

// indexByTag indexes the sets of tags with the numbers 0 to n-1.
func indexByTag(n int, tagsOf func(i int) Tags) tagIndex {
	count := make(map[Tag]int, n)
	for i := range n {
		for _, tag := range tagsOf(i) {
			count[tag]++
		}
	}
	ix := tagIndex{under: make(map[Tag][]int, n)}
	for i := range n {
		tags := tagsOf(i)
		if len(tags) == 0 {
			ix.without = append(ix.without, i)
			continue
		}
		rarest := slices.MinFunc(tags, func(a, b Tag) int { return count[a] - count[b] })
		ix.under[rarest] = append(ix.under[rarest], i)
	}
	return ix
}

// among returns the numbers of the sets that may be subsets of these tags, in ascending
// order: all that are, and perhaps others.
func (ix tagIndex) among(tags Tags) []int {
	candidates := slices.Clone(ix.without)
	for _, tag := range tags {
		candidates = append(candidates, ix.under[tag]...)
	}
	slices.Sort(candidates)
	return slices.Compact(candidates) // a tag may be given twice
}

// A tagSet identifies a set of tags: two lists of tags have the same one if they differ only in
// order and repetition.
type tagSet struct {
	n    int
	text string
}

func (tags Tags) set() tagSet {
	if len(tags) == 1 {
		return tagSet{1, string(tags[0])}
	}
	sorted := slices.Clone(tags)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	if len(sorted) == 1 {
		return sorted.set()
	}
	var text strings.Builder
	for _, tag := range sorted {
		fmt.Fprintf(&text, "%d:%s", len(tag), tag) // with its length, for a tag is any text
	}
	return tagSet{len(sorted), text.String()}
}
