package dcb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// someEvents makes up to three events with a tag. Those with IDs may be sent again.
func (c *simCall) someEvents(tag Tag, withIDs bool) (events []InputEvent) {
	for i := range 1 + c.random.IntN(3) {
		data := fmt.Appendf(nil, `{"call":%q,"n":%d}`, c.token, i)
		if c.random.IntN(200) == 0 { // the check has no room for two of these
			data = fmt.Appendf(nil, `{"long":"%0*d"}`, maxMeanwhileBytes*2/3, i)
		}
		e := InputEvent{Type: []string{"Paid", "Lent"}[c.random.IntN(2)], Tags: Tags{tag}, Data: data}
		if withIDs {
			e.ID = NewID()
		}
		events = append(events, e)
	}
	return events
}

func (c *simCaller) account() Tag { return Tag(fmt.Sprint("account:", c.random.IntN(2))) }

// appendOnCondition reads an account, and appends to it unless somebody else has.
func (c *simCaller) appendOnCondition() {
	tag := c.account()
	query := NewQuery(Tags{tag})
	if c.random.IntN(3) == 0 {
		query = NewQuery(Tags{tag}, "Paid").Or(NewQuery(nil, "Left", "Lent"))
	}
	call, done := c.call(fmt.Sprint("appends to ", tag))
	defer done()
	read, known, err := c.store.ReadSince(call.ctx, query, Checkpoint{})
	if err != nil {
		call.fails(err)
		return
	}
	call.checkRead(query, read, &known)
	c.think(2 * time.Millisecond)
	events := call.someEvents(tag, c.random.IntN(2) == 0)
	call.send(events, func(ctx context.Context) (int64, error) { return c.store.AppendAfter(ctx, events, query, known) }, func(position int64, err error) {
		var conflict *ConflictError
		switch {
		case err == nil:
			call.checkAppended(events, query, known, position)
		case errors.As(err, &conflict):
			call.certainlyNot(err)
			call.checkConflict(conflict, query, known)
		case errors.Is(err, ErrOtherHistory), errors.Is(err, ErrBeyondHead):
			call.certainlyNot(err)
			if !call.any(func(log []*simEvent) bool { return !knows(log, known) }) {
				call.wrong("the log is the same: %v", err)
			}
		default:
			call.fails(err)
		}
	})
}

// appendAnyway appends on no condition.
func (c *simCaller) appendAnyway() {
	call, done := c.call("appends in any case")
	defer done()
	events := call.someEvents(c.account(), c.random.IntN(2) == 0)
	call.send(events, func(ctx context.Context) (int64, error) { return c.store.AppendEvents(ctx, events, Query{}, 0) }, func(position int64, err error) {
		switch {
		case err != nil:
			call.fails(err)
		case !call.stored(events, position):
			call.wrong("it is said to be stored at %d, and is not", position)
		}
	})
}

// send makes a call, and checks its answer. If the events have IDs, it may make it again.
func (c *simCall) send(events []InputEvent, call func(context.Context) (int64, error), check func(int64, error)) {
	uncertain := false
	for range 3 {
		position, err := call(c.ctx)
		c.server.note("call "+c.token, "is answered", fmt.Sprint(position, " ", err))
		check(position, err)
		c.checkTime()
		uncertain = uncertain || err == nil || errors.Is(err, ErrUnknownOutcome)
		if uncertain {
			c.perhaps() // the first time may still be stored, or is
		}
		if events[0].ID == "" || err == nil && c.random.IntN(2) == 0 {
			return
		}
		c.think(3 * time.Millisecond)
		c.ctx, c.deadline = WithCorrelationID(c.t.Context(), c.token), time.Time{}
	}
}

// knows reports whether a checkpoint is of a log.
func knows(log []*simEvent, known Checkpoint) bool {
	if known.Position == 0 {
		return true
	}
	return known.Position <= int64(len(log)) && log[known.Position-1].ID == known.EventID && log[known.Position-1].RecordedAt.Equal(known.RecordedAt)
}

// checkAppended checks an append on a condition that is said to be stored.
func (c *simCall) checkAppended(events []InputEvent, query Query, known Checkpoint, position int64) {
	if !c.stored(events, position) {
		c.wrong("it is said to be stored at %d, and is not", position)
		return
	}
	right := c.any(func(log []*simEvent) bool {
		first := position - int64(len(events))
		if position > int64(len(log)) || log[position-1].CorrelationID != c.token || !knows(log, known) || known.Position > first {
			return false
		}
		return !slices.ContainsFunc(log[known.Position:first], func(e *simEvent) bool { return simMatches(query, e) })
	})
	if !right {
		c.wrong("it is stored at %d, after something that its condition excludes", position)
	}
}

// checkConflict checks that the events of a conflict are of the log, and inside the boundary. An
// append that is repeated does not conflict with itself, unless the log has lost that meanwhile.
func (c *simCall) checkConflict(conflict *ConflictError, query Query, known Checkpoint) {
	if len(conflict.Events) == 0 {
		c.wrong("a conflict with nothing")
	}
	now, _ := c.server.now()
	for _, e := range conflict.Events {
		stands := func(log []*simEvent) bool {
			return e.Position <= int64(len(log)) && log[e.Position-1].ID == e.ID && simMatches(query, log[e.Position-1]) &&
				(e.isCut() || string(e.Data) == string(log[e.Position-1].Data))
		}
		if e.Position <= known.Position || !c.any(stands) || e.CorrelationID == c.token && stands(now) {
			c.wrong("a conflict without a cause: %s of call %s at %d, after %d", e.Type, e.CorrelationID, e.Position, known.Position)
		}
	}
}

// register appends the only event of a name.
func (c *simCaller) register() {
	tag := Tag(fmt.Sprint("name:", c.random.IntN(4)))
	call, done := c.call(fmt.Sprint("registers ", tag))
	defer done()
	events := []InputEvent{{Type: "Registered", Tags: Tags{tag}, Data: []byte(`{}`)}}
	exists := StateReducer{ReducerFn: func(any, Event) any { return true }}
	position, err := c.store.AppendEventsIfNotExists(call.ctx, events, NewQuery(Tags{tag}), 0, exists)
	switch {
	case errors.Is(err, ErrConflict):
		call.wrong("it gave up: %v", err)
	case err != nil:
		call.fails(err)
	case !call.any(func(log []*simEvent) bool {
		return position <= int64(len(log)) && slices.ContainsFunc(log[:position], func(e *simEvent) bool { return slices.Contains(e.Tags, tag) })
	}):
		call.wrong("nobody has registered it up to %d", position)
	}
}
