package lens

import "go-crablet/dcb"

// A Match is whether events would get inside a boundary, and by what.
type Match struct {
	Inside bool
	Event  dcb.Event     // the one that tells: the first inside, else the one that comes closest
	Item   dcb.QueryItem // the item that it lies inside of, or comes close to
	Close  bool          // it is outside, with the tags that the item asks for and another type
}

// FindMatch asks a query about events, of which there is at least one. Of those outside, one
// comes close when only its type keeps it there.
func FindMatch(query dcb.Query, events []dcb.Event) Match {
	for _, e := range events {
		for _, item := range query.Items() {
			if dcb.NewQuery(item.Tags, item.Types...).Matches(e) {
				return Match{Inside: true, Event: e, Item: item}
			}
		}
	}
	for _, e := range events {
		for _, item := range query.Items() {
			if len(item.Tags) > 0 && dcb.NewQuery(item.Tags).Matches(e) {
				return Match{Close: true, Event: e, Item: item}
			}
		}
	}
	return Match{Event: events[0]}
}
