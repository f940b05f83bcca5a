package receipt

import (
	"context"
	"crypto/rand"
	"fmt"
	"reflect"
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
	receipt Receipt
}

// Record returns a context to take one decision with, and the recorder that
// follows it. The command is the name of its type; the title says what is asked for.
func Record(ctx context.Context, command, title string) (context.Context, *Recorder) {
	r := &Recorder{receipt: Receipt{
		ID:            strings.ToLower(rand.Text()[:idLength]),
		Command:       command,
		Title:         title,
		CorrelationID: dcb.CorrelationID(ctx),
		StartedAt:     time.Now(),
	}}
	return dcb.WithTrace(ctx, &dcb.Trace{
		Read:       r.read,
		Decided:    r.decided,
		Appended:   r.appended,
		Conflicted: r.conflicted,
	}), r
}

// Receipt returns the record once the decision has returned, and whether it came
// to an end: a decision that failed on its way, because the database was gone,
// say, has no receipt.
func (r *Recorder) Receipt() (Receipt, bool) {
	if len(r.receipt.Attempts) == 0 || r.receipt.Took == 0 {
		return Receipt{}, false
	}
	return r.receipt, true
}

func (r *Recorder) read(step dcb.TraceRead) {
	r.receipt.Boundary = step.Query.Items()
	r.receipt.Attempts = append(r.receipt.Attempts, Attempt{
		After:    step.After,
		ReadTo:   step.Position,
		Read:     len(step.Events),
		LastRead: keep(step.Events[max(0, len(step.Events)-maxLastRead):]),
		Knew:     known(step.State),
	})
}

func (r *Recorder) decided(step dcb.TraceDecided) {
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

func (r *Recorder) current() *Attempt {
	return &r.receipt.Attempts[len(r.receipt.Attempts)-1]
}

func (r *Recorder) end() { r.receipt.Took = time.Since(r.receipt.StartedAt) }

func keep(events []dcb.Event) []Event {
	kept := make([]Event, len(events))
	for i, e := range events {
		kept[i] = Event{Position: e.Position, Type: e.Type, Tags: e.Tags, Data: e.Data}
	}
	return kept
}

// wanted keeps events that are not stored, or were stored from a position on.
func wanted(events []dcb.InputEvent, first int64) []Event {
	kept := make([]Event, len(events))
	for i, e := range events {
		kept[i] = Event{Type: e.Type, Tags: e.Tags, Data: e.Data}
		if first > 0 {
			kept[i].Position = first + int64(i)
		}
	}
	return kept
}

// known lists the fields of a decision's state, exported or not.
func known(state any) []Known {
	s := reflect.ValueOf(state)
	if s.Kind() != reflect.Struct {
		return []Known{{Name: "state", Value: fmt.Sprint(state)}}
	}
	fields := make([]Known, s.NumField())
	for i := range fields {
		fields[i] = Known{Name: s.Type().Field(i).Name, Value: fmt.Sprint(s.Field(i))}
	}
	return fields
}
