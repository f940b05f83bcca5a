package dcb

import "slices"

// A concern tells which parts of a boundary an event concerns, without asking every
// part about every event: a boundary may have thousands.
type concern struct {
	parts Boundary
	index tagIndex
}

func newConcern(b Boundary) concern {
	return concern{b, indexByTag(len(b), func(i int) Tags { return b[i].query.tags() })}
}

// of returns the indexes of the parts that look at an event, in their order.
func (c concern) of(e *Event) []int {
	return slices.DeleteFunc(c.index.among(e.Tags), func(i int) bool { return !c.parts[i].query.Matches(*e) })
}

// apply shows events, in order, to those of the wanted parts that look at them.
func (c concern) apply(events []*sharedEvent, wanted func(Part) bool) error {
	for _, e := range events {
		for _, i := range c.of(&e.Event) {
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
// the events, in the order of the boundary. A part that fills no field of *state goes
// by no name and is left out.
func (c concern) madeStale(state any, events []Event) []string {
	var looking []int
	for i := range events {
		looking = append(looking, c.of(&events[i])...)
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
