package story

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"go-crablet/dcb"
)

// A RequestView is the request that an event belongs to.
type RequestView struct {
	ID      string // the end of its correlation ID, as EndOf returns it
	Receipt string // the id of its receipt, or "" if none is kept
}

// URL is the address of the receipt, or "".
func (v RequestView) URL() string {
	if v.Receipt == "" {
		return ""
	}
	return DecisionURL(v.Receipt)
}

// EndOf shortens a correlation ID: to the random end of a UUID, or to the first characters
// of any other ID.
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

// ReceiptOf returns the id of the receipt of what was appended under a correlation ID. The id
// follows from the correlation ID, so an event leads to the receipt of its decision.
func ReceiptOf(correlationID string) string {
	const length = 10
	sum := sha256.Sum256([]byte(correlationID))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:length])
}

// ReceiptsOf returns the two ids that the receipt of an event's decision can have. All
// decisions of a race share a correlation ID, so their receipts are named after their first
// events.
func ReceiptsOf(e dcb.Event) []string { return []string{ReceiptOf(e.CorrelationID), ReceiptOf(e.ID)} }
