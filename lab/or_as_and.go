package lab

import (
	"context"

	"go-crablet/dcb"
)

func orAsAnd() Strategy {
	return Strategy{
		Name:   "or-as-and",
		Title:  "OR flattened to AND",
		Broken: true,
		Cause:  "It guards the course and the student together, so it sees nobody else.",
		Why: []string{
			`The condition should be "nothing about the course OR the student".`,
			`With all tags thrown into one list it becomes "nothing about the course AND the student", which only the same student in the same course can break.`,
			"So the seats of all other students are outside of it, and so are all other courses of the student.",
		},
		Shipped: "rodolfodpk/go-crablet of September 2025: its append_events_if takes one list of types and one of tags for all items of a query",
		Window:  BetweenDecideAndAppend,
		file:    "or_as_and.go",
		open:    func(s *Site) dcb.Log { return flattening{s.store} },
	}
}

// flattening is the real store, with a condition that was misunderstood.
type flattening struct{ dcb.Log }

// AppendAfter guards less than the query asks for.
func (l flattening) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if err := dcb.CheckAppend(ctx, events, query, known); err != nil {
		return 0, err
	}
	return l.Log.AppendAfter(ctx, events, flattened(query), known)
}

// flattened returns a query with one item, which has the tags and types of all items.
func flattened(query dcb.Query) dcb.Query {
	var tags dcb.Tags
	var types []string
	for _, item := range query.Items() {
		tags = append(tags, item.Tags...)
		types = append(types, item.Types...)
	}
	if len(tags) == 0 && len(types) == 0 {
		return query // it asks for nothing, or for all events
	}
	return dcb.NewQuery(tags, types...)
}
