package dcb

import "slices"

// A concern tells which parts of a boundary an event concerns, without asking every
// part about every event: a boundary may have thousands.
type concern struct {
	parts Boundary
	items []partItem // of all parts, in their order
	index tagIndex   // of the items, if they are many
}

// A partItem is a query item of a part.
type partItem struct {
	part int
	QueryItem
}

func newConcern(b Boundary) concern {
	c := concern{parts: b}
	for i, part := range b {
		for _, item := range part.query.items {
			c.items = append(c.items, partItem{i, item})
		}
	}
	if len(c.items) > fewItems {
		c.index = indexByTag(len(c.items), func(i int) Tags { return c.items[i].Tags })
	}
	return c
}

// With at most fewItems items, asking each of them is quicker than the index.
const fewItems = 8

// of returns the indexes of the parts that look at an event, in their order. It reuses the
// memory of old, a list that the caller is done with.
func (c concern) of(e *Event, old []int) []int {
	looking := old[:0]
	add := func(i int) {
		item := &c.items[i]
		known := len(looking) > 0 && looking[len(looking)-1] == item.part // by an item before
		if !known && item.matches(e) {
			looking = append(looking, item.part)
		}
	}
	if len(c.items) > fewItems {
		for _, i := range c.index.among(e.Tags) {
			add(i)
		}
		return looking
	}
	for i := range c.items {
		add(i)
	}
	return looking
}

// apply shows events, in order, to those of the wanted parts that look at them.
func (c concern) apply(events []*sharedEvent, wanted func(Part) bool) error {
	var looking []int
	for _, e := range events {
		looking = c.of(&e.Event, looking)
		for _, i := range looking {
			if part := c.parts[i]; wanted(part) {
				if err := part.apply(e); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// madeStale returns the names of the fields of *state whose projections look at one of
// the events, in the order of the boundary. A part that does not fill a field of *state is left
// out.
func (c concern) madeStale(state any, events []Event) []string {
	var looking []int
	for i := range events {
		looking = append(looking, c.of(&events[i], nil)...)
	}
	slices.Sort(looking)
	var stale []string
	for _, i := range slices.Compact(looking) {
		name := fieldName(state, c.parts[i].into)
		if name != "" && !slices.Contains(stale, name) {
			stale = append(stale, name)
		}
	}
	return stale
}

func everyPart(Part) bool     { return true }
func guardedPart(p Part) bool { return !p.unguarded }
func latestPart(p Part) bool  { return p.latest }
func wholePart(p Part) bool   { return !p.latest }
