package log

import (
	"context"
	"slices"

	"go-crablet/dcb"
	"go-crablet/receipt"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A turnedAway is an attempt of a decision whose append an event turned away.
type turnedAway struct {
	Attempt    string // "first"
	Title, URL string // of the decision's receipt
}

// mostLooked is how many receipts with a conflict are looked through for each tag of an event.
// They are the first ones after the event, so those that it turned away are among them.
const mostLooked = 25

// turnedAwayBy returns the attempts that an event turned away, as far as their receipts are kept.
// own is the receipt of the decision that appended the event: receipts are kept in order, and
// those of decisions that it turned away come later. If it is not kept, the latest are looked
// through.
func (p *Pages) turnedAwayBy(ctx context.Context, e dcb.Event, own string) ([]turnedAway, error) {
	var all []turnedAway
	for _, tag := range subjectsOf(e.Tags) {
		receipts, err := p.conflictedAfter(ctx, tag, own)
		if err != nil {
			return nil, err
		}
		for _, record := range receipts {
			for i, attempt := range record.Attempts {
				away := turnedAway{ui.Ordinal(i + 1), record.Title, story.DecisionURL(record.ID)}
				if metEvent(attempt, e.ID) && !slices.Contains(all, away) {
					all = append(all, away)
				}
			}
		}
	}
	return all, nil
}

// conflictedAfter returns the first receipts with a conflict that are about a tag and were kept
// after another receipt, or the latest if that one is "".
func (p *Pages) conflictedAfter(ctx context.Context, tag dcb.Tag, own string) ([]receipt.Receipt, error) {
	filter := receipt.Filter{Kind: receipt.KindConflicted, About: dcb.Tags{tag}, Races: true}
	if own == "" {
		return p.Receipts.Latest(ctx, filter, mostLooked)
	}
	receipts, err := p.Receipts.After(ctx, filter, own, mostLooked)
	slices.Reverse(receipts)
	return receipts, err
}

func metEvent(attempt receipt.Attempt, id string) bool {
	return attempt.Conflict != nil && slices.ContainsFunc(attempt.Conflict.Events, func(met receipt.Event) bool { return met.ID == id })
}
