package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// A caller asks for one thing after the other.
type caller struct {
	*worker
	name   string
	random *rand.Rand
	lists  bool          // it works on lists, and not on courses
	left   []dcb.Command // what a killed process was never told of
	before []dcb.Command // some of what this caller asked for earlier
	places []wish        // some seats and places on waitlists that it asked for, and got
	asked  int
}

// run first asks again for everything that a killed process got no answer to. Later it repeats,
// now and then, a request that was answered long ago, as a browser does when its page is sent
// again.
func (c *caller) run(ctx context.Context) {
	for _, cmd := range c.left {
		c.ask(ctx, cmd)
	}
	for !c.stop.Load() {
		switch {
		case c.lists:
			c.decideOnLists(ctx)
		case len(c.before) > 0 && c.random.IntN(40) == 0:
			if cmd := c.before[c.random.IntN(len(c.before))]; c.noteAsked(cmd) {
				c.ask(ctx, cmd)
			}
		default:
			c.wish(ctx)
		}
	}
}

// wish asks for something new. If the answer is that there is no such course or student, the
// caller defines or registers it.
func (c *caller) wish(ctx context.Context) {
	w := anyWish(c.random, c.head.Load())
	if n := len(c.places); n > 0 && c.random.IntN(2) == 0 { // something about a place that somebody has
		has := c.places[c.random.IntN(n)]
		w.student, w.other = has.student, has.course
		if c.random.IntN(3) > 0 {
			w.course = has.course
		}
	}
	w.request = c.request()
	cmd := anyCommand(c.random, w)
	told := c.askFor(ctx, cmd, w)
	if told.Told == stored {
		c.remember(cmd, w)
	}
	w.request = c.request()
	if cmd := first(told.Refusal, w); cmd != nil {
		c.askFor(ctx, cmd, w)
	}
}

// remember remembers the last places that the caller asked for.
func (c *caller) remember(cmd dcb.Command, w wish) {
	const most = 30
	switch cmd.(type) {
	case courses.SubscribeStudent, courses.JoinWaitlist:
		if len(c.places) < most {
			c.places = append(c.places, w)
		} else {
			c.places[c.random.IntN(most)] = w
		}
	}
}

// request makes up a key that nobody else has.
func (c *caller) request() courses.RequestID {
	c.asked++
	return courses.RequestID(fmt.Sprintf("%s-%d", c.name, c.asked))
}

// askFor asks for a command for the first time, and returns what it was told.
func (c *caller) askFor(ctx context.Context, cmd dcb.Command, w wish) note {
	cmd, err := c.named(ctx, cmd, fmt.Sprint("Student ", w.number))
	if refusal, ok := errors.AsType[courses.Refusal](err); ok {
		return note{Told: refused, Refusal: refusal}
	}
	if err != nil { // there is no key for the name, so nothing was asked
		time.Sleep(interval)
		return note{}
	}
	if !c.noteAsked(cmd) {
		return note{}
	}
	const most = 200
	if len(c.before) < most {
		c.before = append(c.before, cmd)
	} else {
		c.before[c.random.IntN(most)] = cmd
	}
	return c.ask(ctx, cmd)
}

// noteAsked notes a request before it is made. A request that was refused may be stored when it
// is made again. If the process is killed then, the notes have only the refusal.
func (c *caller) noteAsked(cmd dcb.Command) bool {
	asked, err := noteOf(cmd)
	if err == nil {
		err = c.notes.write(note{Request: requestOf(cmd), Asked: &asked})
	}
	if err != nil {
		c.giveUp(err)
	}
	return err == nil
}

// ask repeats a request until it has an outcome, and notes that.
func (c *caller) ask(ctx context.Context, cmd dcb.Command) note {
	request := requestOf(cmd)
	for began := time.Now(); ; time.Sleep(interval / 4) {
		told, err := c.try(ctx, cmd, request)
		if err != nil && time.Since(began) < patience {
			continue
		}
		if err := c.notes.write(told); err != nil {
			c.giveUp(err)
		}
		c.done.Add(1)
		return told
	}
}

// try asks once. With an error, the outcome is not known, or nothing was stored because of a
// fault.
func (c *caller) try(ctx context.Context, cmd dcb.Command, request courses.RequestID) (told note, err error) {
	told = note{Request: request, Told: unchanged}
	ctx = dcb.WithCorrelationID(ctx, string(request))
	ctx, recorder := receipt.Record(ctx, cmd, "A request of the soak")
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Appended: func(step dcb.TraceAppended) { told.Told, told.At = stored, step.Position }})
	if forget, ok := cmd.(courses.ForgetStudent); ok {
		err = c.keys.Forget(ctx, forget.Student.Tag(), cmd, c.model.Forget)
	} else {
		err = cmd.Decide(ctx, c.store)
	}
	refusal, isRefusal := errors.AsType[courses.Refusal](err)
	switch {
	case isRefusal:
		told.Told, told.Refusal = refused, refusal
	case isConflict(err):
		told.Told = lost
	case err != nil:
		return note{Request: request, Told: unknown}, err
	}
	if told.At > c.head.Load() {
		c.head.Store(told.At)
	}
	if r, ended := recorder.Receipt(); ended && c.random.IntN(c.Receipts) == 0 {
		_ = c.receipts.Save(ctx, r) // a fault may prevent it, and a receipt that is not there says nothing
	}
	return told, nil
}

func isConflict(err error) bool { return errors.Is(err, dcb.ErrConflict) }

// requestOf returns the key of a command.
func requestOf(cmd dcb.Command) courses.RequestID {
	return courses.RequestID(reflect.ValueOf(cmd).FieldByName("Request").String())
}
