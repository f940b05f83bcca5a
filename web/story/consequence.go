package story

import (
	"fmt"
	"slices"

	"go-crablet/readmodel"
	"go-crablet/receipt"
)

// A consequence is one of several events that were appended together.
type consequence struct {
	Position int64
	Words    EventWords
	Depth    int    // 0 for what was asked for, 1 for what followed from it, 2 for what followed from that
	Because  string // which one it followed from, or ""
}

// consequencesOf lists what an attempt appended, or nothing when that is one event.
func consequencesOf(names readmodel.Names, attempt receipt.Attempt) []consequence {
	if attempt.Conflict != nil || len(attempt.Wanted) < 2 {
		return nil
	}
	list := make([]consequence, len(attempt.Wanted))
	for i, e := range attempt.Wanted {
		list[i] = consequence{Position: e.Position, Words: Words(names, e.Type, e.Data)}
		cause := slices.IndexFunc(attempt.Wanted[:i], func(earlier receipt.Event) bool { return earlier.ID == e.CausationID })
		if cause >= 0 && e.CausationID != "" {
			list[i].Depth = list[cause].Depth + 1
			list[i].Because = fmt.Sprintf("because of %d", attempt.Wanted[cause].Position)
		}
	}
	return list
}
