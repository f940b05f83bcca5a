package dcbhttp

import (
	"fmt"

	"go-crablet/dcb"
)

// Bounds of a query, besides those of package dcb. The condition of an append is looked up
// item by item, and meanwhile every other append waits.
const (
	maxItems = 1_000
	maxNames = 10_000 // types and tags
)

// A wireQuery is a query as clients write it.
type wireQuery struct{ items []wireItem }

type wireItem struct{ types, tags []string }

func (q *wireQuery) UnmarshalJSON(text []byte) error {
	return members{"items": &q.items}.decode(text)
}

func (i *wireItem) UnmarshalJSON(text []byte) error {
	return members{"types": &i.types, "tags": &i.tags}.decode(text)
}

// toQuery returns the query in Go. In JSON an empty query asks for all events, and in Go only
// AllEvents does.
func (q wireQuery) toQuery() (dcb.Query, error) {
	if len(q.items) == 0 {
		return dcb.AllEvents(), nil
	}
	if len(q.items) > maxItems {
		return dcb.Query{}, fmt.Errorf("the query has %d items, and may have %d", len(q.items), maxItems)
	}
	names := 0
	items := make([]dcb.QueryItem, len(q.items))
	for i, item := range q.items {
		if names += len(item.types) + len(item.tags); names > maxNames {
			return dcb.Query{}, fmt.Errorf("the query has more than %d types and tags", maxNames)
		}
		items[i] = dcb.QueryItem{Types: item.types, Tags: toTags(item.tags)}
	}
	return dcb.QueryOf(items...), nil
}

func toTags(texts []string) dcb.Tags {
	tags := make(dcb.Tags, len(texts))
	for i, text := range texts {
		tags[i] = dcb.Tag(text)
	}
	return tags
}
