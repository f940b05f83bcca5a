package proof

import (
	"testing"

	"go-crablet/dcb"
)

// Happen appends the facts to a log, whatever happened before.
func Happen(t testing.TB, log dcb.Log, facts ...dcb.Fact) {
	t.Helper()
	events, err := dcb.Encode(facts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.AppendAfter(t.Context(), events, dcb.Query{}, dcb.Checkpoint{}); err != nil {
		t.Fatal(err)
	}
}

// Count returns how many events of a log the query matches.
func Count(t testing.TB, log dcb.Log, query dcb.Query) int {
	t.Helper()
	events, _, err := log.ReadSince(t.Context(), query, dcb.Checkpoint{})
	if err != nil {
		t.Fatal(err)
	}
	return len(events)
}
