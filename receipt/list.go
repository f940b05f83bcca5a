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

// A Filter says which receipts a list has. The zero Filter has all but those of races,
// which come by the hundred.
type Filter struct {
	Kind  Kind
	About dcb.Tags // what the decisions were about, all of these; at most two
	Races bool     // those of races, too; what was decided about something is there in any case
}

// A Kind says how the decisions ended that a list has.
type Kind string

// The kinds of receipts. One may be of several.
const (
	AnyKind        Kind = ""
	KindConflicted Kind = "conflicted" // an attempt met a conflict
	KindRefused    Kind = "refused"    // a rule said no in the end
	KindLost       Kind = "lost"       // every attempt met a conflict
)

// The lists that are about nothing in particular, and the beginning of the others.
const (
	listOfAll  = "all"
	listProper = "but races"
	listAbout  = "tag "

	kindAny = "any"
)

// raceCorrelation is what marks all that is decided in a race. It hides nobody else's
// receipt: the application makes correlation IDs, and a client can't choose one.
var raceCorrelation = regexp.MustCompile(`^race-([a-z2-7]{10})$`)

// Race returns the id of the race that the decision was a part of, and whether it was
// one of any.
func (r Receipt) Race() (id string, is bool) {
	if found := raceCorrelation.FindStringSubmatch(r.CorrelationID); found != nil {
		return found[1], true
	}
	return "", false
}

// About returns the tags of what the decision was about: what it looked at, and what it
// was to bring about in the end. The key of a request is not among them, nor is the
// fingerprint of what it asked for.
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

// lists are those that the receipt is on.
func (r Receipt) lists() []string {
	lists := []string{listOfAll}
	if _, is := r.Race(); !is {
		lists = append(lists, listProper)
	}
	for _, tag := range r.About() {
		lists = append(lists, listAbout+string(tag))
	}
	return lists
}

// kinds are those that the receipt is of.
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

// asSQL returns the list to read, another that a receipt has to be on, too, or "", and
// the kind.
func (f Filter) asSQL() (list, other, kind string) {
	list, kind = listProper, kindAny
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

// Latest returns the receipts of the last n decisions, the latest first.
func (s *Store) Latest(ctx context.Context, filter Filter, n int) ([]Receipt, error) {
	return s.Before(ctx, filter, "", n)
}

// Before returns the receipts of the last n decisions before one, the latest first.
// There are none before one that is not there.
func (s *Store) Before(ctx context.Context, filter Filter, id string, n int) ([]Receipt, error) {
	list, other, kind := filter.asSQL()
	return s.query(ctx, beforeSQL, list, kind, id, n, other)
}

// After returns the receipts of the first n decisions after one, the latest first.
// There are none after one that is not there.
func (s *Store) After(ctx context.Context, filter Filter, id string, n int) ([]Receipt, error) {
	list, other, kind := filter.asSQL()
	receipts, err := s.query(ctx, afterSQL, list, kind, id, n, other)
	slices.Reverse(receipts)
	return receipts, err
}
