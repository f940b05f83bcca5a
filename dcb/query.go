package dcb

import "slices"

// A Query selects events: those that match any of its items. It is what a
// decision reads by, and what its append is guarded by.
//
// The zero Query has no items and matches nothing, so an append under it is
// unconditional. To get all events, ask for them by name: [AllEvents].
type Query struct {
	items []QueryItem
	all   bool
}

// A QueryItem matches the events that have one of its types AND all of its
// tags. No types means any type; no tags means whatever the tags are.
type QueryItem struct {
	Types []string `json:"types"`
	Tags  Tags     `json:"tags"`
}

// NewQuery makes a query of one item: the events that carry all of the tags and
// have one of the types. With no types it takes events of every type, with nil
// tags events of whatever tags; it needs one of the two, or reads and appends
// refuse it.
//
// Tags within one item narrow each other. A rule about a course OR a student is
// two items: NewQuery(course).Or(NewQuery(student)).
func NewQuery(tags Tags, types ...string) Query {
	return Query{items: []QueryItem{{Types: slices.Clone(types), Tags: slices.Clone(tags)}}}
}

// QueryOf makes a query of items: an event has to match one of them. It is the inverse of
// [Query.Items]: QueryOf(q.Items()...) matches the same events as q. So an item without types
// and tags means [AllEvents], and no items mean the zero Query.
func QueryOf(items ...QueryItem) (q Query) {
	for _, item := range items {
		if len(item.Types) == 0 && len(item.Tags) == 0 {
			q.all = true
			continue
		}
		q.items = append(q.items, NewQuery(item.Tags, item.Types...).items...)
	}
	return q
}

// AllEvents matches every event. As an append condition it means: nothing at
// all may have been appended since.
func AllEvents() Query {
	return Query{all: true}
}

// Or returns a query that matches what q or any of the others matches.
func (q Query) Or(others ...Query) Query {
	either := Query{items: slices.Clone(q.items), all: q.all}
	for _, other := range others {
		either.items = append(either.items, other.items...)
		either.all = either.all || other.all
	}
	return either
}

// Items returns the items: an event has to match one of them. A query for all
// events has a single item, without types and tags.
func (q Query) Items() []QueryItem {
	if q.all {
		return []QueryItem{{Types: []string{}, Tags: Tags{}}}
	}
	items := make([]QueryItem, len(q.items))
	for i, item := range q.items {
		// Never nil, so that they encode as [] and not as null.
		items[i] = QueryItem{Types: append([]string{}, item.Types...), Tags: append(Tags{}, item.Tags...)}
	}
	return items
}

// size returns about how many bytes the query is when it is sent.
func (q Query) size() (bytes int) {
	for _, item := range q.items {
		bytes += item.Tags.size() + 16 // and the numbers beside it
		for _, t := range item.Types {
			bytes += len(t)
		}
	}
	return bytes
}

// IsZero reports whether q is the query that matches nothing.
func (q Query) IsZero() bool {
	return !q.all && len(q.items) == 0
}

// Matches reports whether the query selects the event. The store's SQL and this
// method are two statements of one rule.
func (q Query) Matches(e Event) bool {
	return q.matches(&e)
}

func (q *Query) matches(e *Event) bool {
	for i := range q.items {
		if q.items[i].matches(e) {
			return true
		}
	}
	return q.all
}

func (i *QueryItem) matches(e *Event) bool {
	if len(i.Types) > 0 && !slices.Contains(i.Types, e.Type) {
		return false
	}
	return isSubset(i.Tags, e.Tags)
}

// Check says, by an [InputError], what is wrong with a query. Reads and appends refuse such a
// query. No event carries an empty tag, for example, so a condition on it would guard nothing.
func (q Query) Check() error {
	for _, item := range q.items {
		if len(item.Types) == 0 && len(item.Tags) == 0 {
			return inputErrorf("a query item names neither a type nor a tag; ask for every event with AllEvents()")
		}
		for _, t := range item.Types {
			if err := checkText(t, maxTypeLength); err != nil {
				return inputErrorf("the query's type %.40q %v", t, err)
			}
		}
		for _, tag := range item.Tags {
			if err := checkText(string(tag), maxTagLength); err != nil {
				return inputErrorf("the query's tag %.40q %v", tag, err)
			}
		}
	}
	return nil
}

// simplified returns a query that matches the same events with fewer items:
// items with equal tags become one, and an item that another one covers goes.
// Five projections of one course then cost the database one look.
func (q Query) simplified() Query {
	if q.all {
		return AllEvents()
	}
	var merged []QueryItem
	at := make(map[tagSet]int, len(q.items)) // the index in merged
	for _, item := range q.items {
		set := item.Tags.set()
		i, known := at[set]
		if !known {
			at[set] = len(merged)
			merged = append(merged, item)
			continue
		}
		merged[i].Types = anyTypeOf(merged[i].Types, item.Types)
	}
	index := indexByTag(len(merged), func(i int) Tags { return merged[i].Tags })
	var kept []QueryItem
	for i, item := range merged {
		covered := slices.ContainsFunc(index.among(item.Tags), func(other int) bool {
			return other != i && merged[other].covers(item)
		})
		if !covered {
			kept = append(kept, item)
		}
	}
	return Query{items: kept}
}

// covers reports whether i matches every event that other matches.
func (i QueryItem) covers(other QueryItem) bool {
	anyType := len(i.Types) == 0
	return isSubset(i.Tags, other.Tags) && (anyType || len(other.Types) > 0 && isSubset(other.Types, i.Types))
}

// anyTypeOf joins two lists of types; an empty one means any type, and wins.
func anyTypeOf(a, b []string) []string {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	joined := slices.Clone(a)
	for _, t := range b {
		if !slices.Contains(joined, t) {
			joined = append(joined, t)
		}
	}
	return joined
}

func isSubset[T comparable](part, whole []T) bool {
	return !slices.ContainsFunc(part, func(t T) bool { return !slices.Contains(whole, t) })
}
