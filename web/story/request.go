package story

import (
	"strings"

	"go-crablet/dcb"
)

// A RequestView is the request that an event belongs to.
type RequestView struct {
	ID      string // the end of it, which is what tells it from others
	Receipt string // the id of its receipt, or "" when none is kept
}

// URL is the address of the receipt, or "".
func (v RequestView) URL() string {
	if v.Receipt == "" {
		return ""
	}
	return DecisionURL(v.Receipt)
}

// EndOf returns the random end of a UUID, or the first characters of what is none.
func EndOf(correlationID string) string {
	const uuid, random, enough = 36, 12, 24
	if len(correlationID) == uuid && strings.Count(correlationID, "-") == 4 {
		return correlationID[uuid-random:]
	}
	if id := []rune(correlationID); len(id) > enough {
		return string(id[:enough]) + "…"
	}
	return correlationID
}

// ReceiptsOf returns the ids that the receipt of the decision behind an event can have: a
// race has one correlation ID for all of its decisions.
func ReceiptsOf(e dcb.Event) []string { return []string{ReceiptOf(e.CorrelationID), ReceiptOf(e.ID)} }
