package racetest

import (
	"context"
	"sync"
	"time"
)

// Deadline returns a context whose deadline passes when pass is called.
func Deadline() (ctx context.Context, pass func()) {
	d := deadline{context.Background(), make(chan struct{})}
	return d, sync.OnceFunc(func() { close(d.passed) })
}

type deadline struct {
	context.Context
	passed chan struct{}
}

// Deadline is now if it has passed, and in an hour until then.
func (d deadline) Deadline() (time.Time, bool) {
	if d.Err() != nil {
		return time.Now(), true
	}
	return time.Now().Add(time.Hour), true
}

func (d deadline) Done() <-chan struct{} { return d.passed }

func (d deadline) Err() error {
	select {
	case <-d.passed:
		return context.DeadlineExceeded
	default:
		return nil
	}
}
