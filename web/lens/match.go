package lens

import "go-crablet/dcb"

// A Match says whether one of some events lies inside a boundary, and which event and item
// decide that.
type Match struct {
	Inside   bool          // the item matches the event
	NearMiss bool          // the event has the item's tags, and only its type keeps it outside
	Event    dcb.Event     // the first event inside, or the first near miss, or the first of all
	Item     dcb.QueryItem // what it matches or nearly matches, or the zero item
}

// FindMatch finds the first of the events that the query matches. If there is none it finds
// a near miss, if there is one. There must be at least one event.
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
				return Match{NearMiss: true, Event: e, Item: item}
			}
		}
	}
	return Match{Event: events[0]}
}
