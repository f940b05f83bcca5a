package dcbtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"go-crablet/dcb/internal/racetest"
)

// gathered lets n callers append by s.store while an append of that store is held before its
// first round trip. A store that sends waiting appends together sends these together. call
// gets the context to append with.
func (s *site) gathered(t *testing.T, n int, call func(ctx context.Context, i int)) {
	t.Helper()
	var once sync.Once
	reached, release := make(chan struct{}), make(chan struct{})
	s.hook.Set(func(string) {
		once.Do(func() { close(reached) })
		<-release
	})
	first := inBackground(func() { appendHere(t, s.store, event("First", "of all")) })
	<-reached

	var waiting sync.WaitGroup
	waiting.Add(n)
	called := inBackground(func() {
		racetest.AtOnce(n, func(i int) {
			call(watchedContext{t.Context(), sync.OnceFunc(waiting.Done)}, i)
		})
	})
	select {
	case <-inBackground(waiting.Wait):
	case <-time.After(time.Second): // for a store that does not look at the context while it waits
	}
	close(release)
	<-first
	<-called
}

// A watchedContext calls waits when somebody asks for its end, as a store does for a caller
// whose append it has accepted.
type watchedContext struct {
	context.Context
	waits func()
}

// Done implements [context.Context].
func (c watchedContext) Done() <-chan struct{} {
	c.waits()
	return c.Context.Done()
}
