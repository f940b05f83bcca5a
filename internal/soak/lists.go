package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/cycles"
)

// A listDecision reads some lists and appends to some, on the condition that the lists it has
// read have not changed. A list has the elements of all events with its tag, in their order.
// What all decisions have read and appended tells whether one order explains them: see package
// cycles.
type listDecision struct {
	Request courses.RequestID // names the decision; no event carries it
	Reads   []string          // lists
	Appends []string          // lists; one that stands here twice gets two elements
}

// elementAppended says that a list has another element.
type elementAppended struct {
	List    string `json:"list"`
	Element string `json:"element"`
}

// EventType implements [dcb.Fact].
func (elementAppended) EventType() string { return "ElementAppended" }

// Tags implements [dcb.Fact].
func (e elementAppended) Tags() dcb.Tags { return listTags(e.List) }

func listTags(list string) dcb.Tags { return dcb.NewTags("list", list) }

// Decide implements [dcb.Command].
func (d listDecision) Decide(ctx context.Context, log dcb.Log) error {
	_, err := d.decide(ctx, log)
	return err
}

// decide returns what the decision has read. Nothing else is in its boundary.
func (d listDecision) decide(ctx context.Context, log dcb.Log) (read [][]string, err error) {
	type state struct{ read [][]string }
	read, _, err = dcb.DecideValue(ctx, log, func(s *state) (b dcb.Boundary) {
		s.read = make([][]string, len(d.Reads))
		for i, list := range d.Reads {
			b = append(b, dcb.Into(&s.read[i], elementsOf(list)))
		}
		return b
	}, func(s state) ([][]string, []dcb.Fact, error) { return s.read, d.facts(), nil })
	return read, err
}

func elementsOf(list string) dcb.Projection[[]string] {
	return dcb.Project([]string(nil), listTags(list), dcb.On(func(before []string, e elementAppended) []string {
		return append(slices.Clip(before), e.Element)
	}))
}

func (d listDecision) facts() (facts []dcb.Fact) {
	for i, list := range d.Appends {
		facts = append(facts, elementAppended{list, d.element(i)})
	}
	return facts
}

// element returns the element that the decision appends to its list with index i.
func (d listDecision) element(i int) string { return fmt.Sprintf("%s.%d", d.Request, i) }

// A listNote is what a decision on lists has read, and when.
type listNote struct {
	Began, Ended int64 // nanoseconds
	Read         [][]string
}

// decideOnLists takes one decision on lists, once. If its outcome is not known, that stays so.
func (c *caller) decideOnLists(ctx context.Context) {
	const lists, length = 6, 2000
	any := func(n int) (some []string) {
		for range n {
			some = append(some, fmt.Sprintf("%d-%d", c.head.Load()/length, c.random.IntN(lists)))
		}
		return some
	}
	d := listDecision{Request: c.request(), Reads: slices.Compact(any(1 + c.random.IntN(3))), Appends: any(c.random.IntN(3))}
	asked, err := noteOf(d)
	if err == nil {
		err = c.notes.write(note{Request: d.Request, Asked: &asked, List: &listNote{Began: time.Now().UnixNano()}})
	}
	if err == nil {
		err = c.notes.write(c.tryLists(ctx, d))
	}
	if err != nil {
		c.giveUp(err)
	}
	c.done.Add(1)
}

func (c *caller) tryLists(ctx context.Context, d listDecision) note {
	told := note{Request: d.Request, Told: unchanged}
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Appended: func(step dcb.TraceAppended) { told.Told, told.At = stored, step.Position }})
	read, err := d.decide(ctx, c.store)
	switch {
	case err == nil:
		told.List = &listNote{Ended: time.Now().UnixNano(), Read: read}
		if told.At > c.head.Load() {
			c.head.Store(told.At)
		}
	case isConflict(err):
		told.Told = lost
	default:
		time.Sleep(interval)
		return note{Request: d.Request, Told: unknown}
	}
	return told
}

// A listHistory is what all decisions on lists did.
type listHistory struct {
	open map[courses.RequestID]int // the index of a decision that has no outcome yet
	txns []cycles.Txn
}

// take takes a note of a decision on lists. It reports whether it was one.
func (h *listHistory) take(n note) (bool, error) {
	if i, isOpen := h.open[n.Request]; isOpen && n.Asked == nil {
		delete(h.open, n.Request)
		return true, h.end(&h.txns[i], n)
	}
	if n.Asked == nil || n.List == nil {
		return false, nil
	}
	cmd, err := n.Asked.command()
	if err != nil {
		return true, err
	}
	d := cmd.(listDecision)
	txn := cycles.Txn{Name: string(d.Request), Began: n.List.Began, Outcome: cycles.Unknown}
	for _, list := range d.Reads {
		txn.Reads = append(txn.Reads, cycles.Read{List: list})
	}
	for i, list := range d.Appends {
		txn.Appends = append(txn.Appends, cycles.Append{List: list, Element: d.element(i)})
	}
	h.open[d.Request] = len(h.txns)
	h.txns = append(h.txns, txn)
	return true, nil
}

func (h *listHistory) end(txn *cycles.Txn, n note) error {
	switch {
	case n.Told == lost:
		txn.Outcome = cycles.Failed
	case n.List != nil && len(n.List.Read) != len(txn.Reads):
		return fmt.Errorf("%s read %d lists instead of %d", n.Request, len(n.List.Read), len(txn.Reads))
	case n.List != nil:
		txn.Outcome, txn.Ended = cycles.Done, n.List.Ended
		for i, read := range n.List.Read {
			txn.Reads[i].Elements = read
		}
	}
	return nil
}
