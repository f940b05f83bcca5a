package held

import (
	"context"
	"errors"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A meanwhile is what was appended to the log since a decision read it.
type meanwhile struct {
	Inside []receipt.Event // the first events inside the boundary, as many as a receipt keeps of a conflict
	More   bool            // there may be further events inside
	Events int             // how many events were appended, inside and outside
	Head   int64           // the last position of the log
	Lost   bool            // the log lost its end: the last event that the decision read is not in it any more
}

// readMeanwhile reads what was appended after a checkpoint. It asks the log itself, because
// the tables may be behind it; both of its queries end at the same head.
func (p *Pages) readMeanwhile(ctx context.Context, condition dcb.Query, known dcb.Checkpoint) (meanwhile, error) {
	_, head, err := p.Log.ReadSince(ctx, dcb.Query{}, known) // the zero query selects nothing
	if other, lost := errors.AsType[*dcb.OtherHistoryError](err); lost {
		return meanwhile{Head: other.Head.Position, Lost: true}, nil
	}
	m := meanwhile{Head: head.Position, Events: int(head.Position - known.Position)}
	if err != nil || m.Events == 0 {
		return m, err
	}
	for e, err := range p.Log.Read(ctx, condition, dcb.ReadOptions{After: known.Position, Before: m.Head + 1, Limit: story.MostConflicting}) {
		if err != nil {
			return m, err
		}
		m.Inside = append(m.Inside, receipt.Event{Position: e.Position, ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data})
	}
	m.More = len(m.Inside) == story.MostConflicting
	return m, nil
}

// state says what will happen to the append, as a headline.
func (m meanwhile) state(open bool) ui.Outcome {
	switch {
	case !open:
		return ui.Outcome{Colour: "outside", Icon: "i-wait", Words: "Going on"}
	case m.Lost:
		return ui.Outcome{Colour: "failed", Icon: "i-failed", Words: "Held: will start over"}
	case len(m.Inside) > 0:
		return ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: "Held: will conflict with " + story.Positions(m.Inside)}
	default:
		return ui.Outcome{Colour: "you", Icon: "i-hold", Words: "Held before its append"}
	}
}

// seenTo is the last position that the picture of the decision goes to, which had read the log up to readTo.
func (m meanwhile) seenTo(readTo int64) int64 {
	if m.Lost { // what stands behind readTo now is of another log
		return min(m.Head, readTo)
	}
	return m.Head
}

// inside says what got inside the boundary, and what that means for the append.
func (m meanwhile) inside(names readmodel.Names, after int64) string {
	if m.Lost {
		how := fmt.Sprintf("it ends at %d, and this decision had read it up to %d", m.Head, after)
		if m.Head >= after {
			how = fmt.Sprintf("this decision had read it up to %d, and another event stands there now", after)
		}
		return "The log lost its end: " + how + ". If it goes on now it starts over: it reads the log again, and decides again."
	}
	if len(m.Inside) == 0 {
		return "Nothing got inside the boundary yet. If it goes on now, it is appended."
	}
	first := m.Inside[0]
	text := fmt.Sprintf("%s at %d", story.Words(names, first.Type, first.Data).Sentence, first.Position)
	switch n := len(m.Inside); {
	case m.More:
		text += fmt.Sprintf(", the first of at least %d events inside the boundary", n)
	case n > 1:
		text += fmt.Sprintf(", the first of %d events inside the boundary", n)
	default:
		text += ", inside the boundary"
	}
	return text + ": this append will be turned away."
}

// outside counts the events that do not matter to the decision. It is "" if there are none.
func (m meanwhile) outside() string {
	n := m.Events - len(m.Inside)
	if n == 0 || m.More {
		return ""
	}
	return fmt.Sprintf("%d %s outside it, and %s not matter.", n, ui.Plural(n, "new event is", "new events are"), ui.Plural(n, "does", "do"))
}
