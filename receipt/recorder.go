package receipt

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go-crablet/dcb"
)

const (
	// maxLastRead bounds how many of the events that an attempt read are kept.
	maxLastRead = 12

	idLength   = 10 // characters of a receipt's id, 50 random bits
	idAlphabet = "abcdefghijklmnopqrstuvwxyz234567"
)

// A Recorder writes down one decision.
type Recorder struct {
	receipt  Receipt
	boundary []dcb.QueryItem  // of the last attempt
	seen     []dcb.Event      // by all attempts, in order
	decides  []dcb.InputEvent // what the last attempt wants to append
	ended    bool
}

// Record returns a context to take one decision with, and the recorder that follows
// it. The command is a struct, of which the receipt keeps the name and the fields; the
// title says what is asked for.
func Record(ctx context.Context, command any, title string) (context.Context, *Recorder) {
	input, err := json.Marshal(command)
	if err != nil {
		input = nil // it goes without
	}
	r := &Recorder{receipt: Receipt{
		ID:            strings.ToLower(rand.Text()[:idLength]),
		Command:       reflect.TypeOf(command).Name(),
		Input:         input,
		Title:         title,
		CorrelationID: dcb.CorrelationID(ctx),
		StartedAt:     time.Now(),
	}}
	return dcb.WithTrace(ctx, &dcb.Trace{
		Read:        r.read,
		Decided:     r.decided,
		Appended:    r.appended,
		Conflicted:  r.conflicted,
		StartedOver: r.startedOver,
		Failed:      r.failed,
	}), r
}

// Receipt returns the record once the decision has returned, and whether it came to an
// end. A decision that failed on its way did, and its receipt says by what. One that was
// called off has no receipt: whoever asked for it had left, or wanted it no longer.
func (r *Recorder) Receipt() (Receipt, bool) {
	if !r.ended {
		return Receipt{}, false
	}
	return r.receipt, true
}

// SoFar returns the record of a decision that is under way; only hooks of its trace may
// call it. What the last attempt wants to append has no position yet.
func (r *Recorder) SoFar() Receipt {
	soFar := r.receipt
	soFar.Attempts = slices.Clone(soFar.Attempts)
	if n := len(soFar.Attempts); n > 0 {
		soFar.Attempts[n-1].Wanted = wanted(r.decides, 0)
	}
	return soFar
}

// Held notes that the gap of the last attempt was held open; only hooks of its trace may
// call it.
func (r *Recorder) Held(gap Gap) { r.current().Gap = &gap }

func (r *Recorder) read(step dcb.TraceRead) {
	attempt := Attempt{
		After:    step.After,
		ReadTo:   step.Position,
		Read:     len(step.Events),
		LastRead: keepLast(step.Events),
		Knew:     knowledge(step.State),
	}
	r.decides = nil
	r.seen = append(r.seen, step.Events...)
	slices.SortFunc(r.seen, func(a, b dcb.Event) int { return int(a.Position - b.Position) })
	switch boundary := step.Query.Items(); {
	case r.receipt.Boundary == nil: // an attempt that broke off while reading told none
		r.receipt.Boundary, r.boundary = boundary, boundary
	case !sameItems(boundary, r.boundary):
		inside := slices.DeleteFunc(slices.Clone(r.seen), func(e dcb.Event) bool { return !step.Query.Matches(e) })
		attempt.Moved = &Moved{Boundary: boundary, Inside: len(inside), LastInside: keepLast(inside)}
		r.boundary = boundary
	}
	r.receipt.Attempts = append(r.receipt.Attempts, attempt)
}

func sameItems(a, b []dcb.QueryItem) bool {
	return slices.EqualFunc(a, b, func(a, b dcb.QueryItem) bool {
		return slices.Equal(a.Types, b.Types) && slices.Equal(a.Tags, b.Tags)
	})
}

func (r *Recorder) decided(step dcb.TraceDecided) {
	r.decides = step.Events
	if step.Refusal != nil {
		r.current().Refusal = step.Refusal.Error()
	}
	if step.Refusal != nil || len(step.Facts) == 0 {
		r.end()
	}
}

func (r *Recorder) appended(step dcb.TraceAppended) {
	first := step.Position - int64(len(step.Events)) + 1
	r.current().Wanted = wanted(step.Events, first)
	r.end()
}

func (r *Recorder) conflicted(step dcb.TraceConflicted) {
	attempt := r.current()
	attempt.Wanted = wanted(step.Events, 0)
	attempt.Conflict = &Conflict{
		Events: keep(step.Conflict.Events),
		Stale:  step.Stale,
		Wait:   step.Wait,
		GaveUp: step.GaveUp,
	}
	if step.GaveUp {
		r.end()
	}
}

func (r *Recorder) startedOver(step dcb.TraceStartedOver) {
	over := &StartedOver{Known: step.Known.Position, Wait: step.Wait, Reading: r.brokenOff(step.Attempt)}
	r.current().StartedOver = over
	r.seen = nil
}

func (r *Recorder) failed(step dcb.TraceFailed) {
	if wasCalledOff(step.Err) {
		return
	}
	if r.receipt.Boundary == nil {
		r.receipt.Boundary = step.Query.Items()
	}
	failure := failureOf(step.Err)
	failure.Reading = r.brokenOff(step.Attempt)
	r.current().Failure = &failure
	r.end()
}

// brokenOff keeps what there is of an attempt that came to no end, and reports whether
// that is nothing, because it had not read yet.
func (r *Recorder) brokenOff(attempt int) (reading bool) {
	if reading = attempt > len(r.receipt.Attempts); reading {
		known := r.knownBefore()
		r.receipt.Attempts = append(r.receipt.Attempts, Attempt{After: known, ReadTo: known})
	} else {
		r.current().Wanted = wanted(r.decides, 0)
	}
	return reading
}

// knownBefore returns up to where the next attempt knows the log before it reads.
func (r *Recorder) knownBefore() int64 {
	last := r.receipt.Last()
	if last.StartedOver != nil {
		return 0
	}
	return last.ReadTo
}

func (r *Recorder) current() *Attempt {
	return &r.receipt.Attempts[len(r.receipt.Attempts)-1]
}

func (r *Recorder) end() {
	r.receipt.Took, r.ended = time.Since(r.receipt.StartedAt), true
}

func keep(events []dcb.Event) []Event {
	kept := make([]Event, len(events))
	for i, e := range events {
		kept[i] = Event{Position: e.Position, ID: e.ID, CausationID: e.CausationID, Type: e.Type, Tags: e.Tags, Data: e.Data}
	}
	return kept
}

func keepLast(events []dcb.Event) []Event { return keep(events[max(0, len(events)-maxLastRead):]) }

// wanted keeps events that are not stored, or were stored from a position on.
func wanted(events []dcb.InputEvent, first int64) []Event {
	kept := make([]Event, len(events))
	for i, e := range events {
		kept[i] = Event{ID: e.ID, CausationID: e.CausationID, Type: e.Type, Tags: e.Tags, Data: e.Data}
		if first > 0 {
			kept[i].Position = first + int64(i)
		}
	}
	return kept
}

// knowledge lists the fields of a decision's state, exported or not.
func knowledge(state any) []Known {
	if v := reflect.ValueOf(state); v.Kind() == reflect.Struct {
		return fields(v)
	}
	if state == nil {
		return nil
	}
	return []Known{known("state", reflect.ValueOf(state))}
}

func fields(structure reflect.Value) []Known {
	list := make([]Known, structure.NumField())
	for i := range list {
		list[i] = known(structure.Type().Field(i).Name, structure.Field(i))
	}
	return list
}

func known(name string, v reflect.Value) Known {
	for (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && !v.IsNil() {
		v = v.Elem() // an address would tell nobody anything
	}
	if v.Kind() != reflect.Slice {
		return Known{Name: name, Value: fmt.Sprint(v)}
	}
	k := Known{Name: name, Items: make([][]Known, v.Len())}
	for i := range k.Items {
		if element := v.Index(i); element.Kind() == reflect.Struct {
			k.Items[i] = fields(element)
		} else {
			k.Items[i] = []Known{known("", element)}
		}
	}
	return k
}
