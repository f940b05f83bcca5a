package dcb

import "slices"

// A concern tells which parts of a boundary an event concerns, without asking every
// part about every event: a boundary may have thousands.
type concern struct {
	parts Boundary
	index tagIndex
}

func newConcern(b Boundary) concern {
	c := concern{parts: b}
	if len(b) > fewParts {
		c.index = indexByTag(len(b), func(i int) Tags { return b[i].query.tags() })
	}
	return c
}

// fewParts are so few that to ask each is quicker than to look them up.
const fewParts = 8

// of returns the indexes of the parts that look at an event, in their order. It uses the
// memory of a list that nobody needs any more.
func (c concern) of(e *Event, old []int) []int {
	if len(c.parts) > fewParts {
		return slices.DeleteFunc(c.index.among(e.Tags), func(i int) bool { return !c.parts[i].query.matches(e) })
	}
	looking := old[:0]
	for i := range c.parts {
		if c.parts[i].query.matches(e) {
			looking = append(looking, i)
		}
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
// the events, in the order of the boundary. A part that fills no field of *state goes
// by no name and is left out.
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
