package receipt

import (
	"context"
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"go-crablet/dcb"
)

var (
	//go:embed before.sql
	beforeSQL string

	//go:embed after.sql
	afterSQL string
)

// A Filter says which receipts to list. The zero Filter lists all, except those of races:
// one race makes hundreds of them.
type Filter struct {
	Kind  Kind
	About dcb.Tags // only decisions about all of these tags, also those of races; at most two tags
	Races bool     // also the receipts of races
}

// A Kind says which decisions to list, by how they ended.
type Kind string

// The kinds of receipts. A receipt may be of several.
const (
	AnyKind        Kind = ""
	KindConflicted Kind = "conflicted" // an attempt met a conflict
	KindRefused    Kind = "refused"    // a rule refused the last attempt
	KindLost       Kind = "lost"       // every attempt met a conflict
)

// The names of lists in the database.
const (
	listOfAll    = "all"
	listButRaces = "but races"
	listAbout    = "tag " // and the tag

	kindAny = "any"
)

// raceCorrelation matches the correlation ID of all decisions in a race. No other decision
// has such an ID: the application makes them, and a client can't choose one.
var raceCorrelation = regexp.MustCompile(`^race-([a-z2-7]{10})$`)

// Race returns the id of the race that the decision was part of. inRace is false if there
// was no race.
func (r Receipt) Race() (id string, inRace bool) {
	if found := raceCorrelation.FindStringSubmatch(r.CorrelationID); found != nil {
		return found[1], true
	}
	return "", false
}

// About returns what the decision was about: the tags of its boundary, and of the events
// that its last attempt wanted to append. It leaves out the tags by which a repeated request
// is recognised.
func (r Receipt) About() dcb.Tags {
	var tags dcb.Tags
	looksAt := func(boundary []dcb.QueryItem) {
		for _, item := range boundary {
			tags = append(tags, item.Tags...)
		}
	}
	looksAt(r.Boundary)
	for _, attempt := range r.Attempts {
		if attempt.Moved != nil {
			looksAt(attempt.Moved.Boundary)
		}
	}
	for _, e := range r.Last().Wanted {
		tags = append(tags, e.Tags...)
	}
	tags = slices.DeleteFunc(tags, func(tag dcb.Tag) bool {
		return strings.HasPrefix(string(tag), "request:") || strings.HasPrefix(string(tag), "asked:")
	})
	slices.Sort(tags)
	return slices.Compact(tags)
}

// lists returns the lists that the receipt is on.
func (r Receipt) lists() []string {
	lists := []string{listOfAll}
	if _, is := r.Race(); !is {
		lists = append(lists, listButRaces)
	}
	for _, tag := range r.About() {
		lists = append(lists, listAbout+string(tag))
	}
	return lists
}

// kinds returns the kinds that the receipt is of.
func (r Receipt) kinds() []string {
	kinds := []string{kindAny}
	if r.Conflicts() > 0 {
		kinds = append(kinds, string(KindConflicted))
	}
	switch r.Outcome() {
	case Refused:
		kinds = append(kinds, string(KindRefused))
	case Lost:
		kinds = append(kinds, string(KindLost))
	}
	return kinds
}

// asSQL returns the parameters of a query: the list to read, the kind, and another list that
// a receipt has to be on, or "".
func (f Filter) asSQL() (list, other, kind string) {
	list, kind = listButRaces, kindAny
	switch {
	case len(f.About) > 0:
		list = listAbout + string(f.About[0])
	case f.Races:
		list = listOfAll
	}
	if len(f.About) > 1 {
		other = listAbout + string(f.About[1])
	}
	if f.Kind != AnyKind {
		kind = string(f.Kind)
	}
	return list, other, kind
}

// Latest returns the latest n receipts, the latest first.
func (s *Store) Latest(ctx context.Context, filter Filter, n int) ([]Receipt, error) {
	return s.Before(ctx, filter, "", n)
}

// Before returns the latest n receipts before the one with an id, the latest first. It
// returns none if there is no such receipt.
func (s *Store) Before(ctx context.Context, filter Filter, id string, n int) ([]Receipt, error) {
	list, other, kind := filter.asSQL()
	return s.query(ctx, beforeSQL, list, kind, id, n, other)
}

// After returns the earliest n receipts after the one with an id, the latest first. It
// returns none if there is no such receipt.
func (s *Store) After(ctx context.Context, filter Filter, id string, n int) ([]Receipt, error) {
	list, other, kind := filter.asSQL()
	receipts, err := s.query(ctx, afterSQL, list, kind, id, n, other)
	slices.Reverse(receipts)
	return receipts, err
}
