package lab

import (
	"fmt"
	"sync"
)

// Busy is the error if something can't be run right now. Its text says what to do, and may be
// shown to the visitor who asked.
type Busy string

// Error implements error.
func (b Busy) Error() string { return string(b) }

// A Gate limits runs: each visitor may have one at a time, and all visitors together a few.
type Gate struct {
	most int

	mu     sync.Mutex
	inside map[string]bool
}

// NewGate returns a gate that lets at most this many visitors in at once.
func NewGate(most int) *Gate {
	return &Gate{most: most, inside: map[string]bool{}}
}

// Enter lets a visitor in until leave is called. Its error is [Busy].
func (g *Gate) Enter(visitor string) (leave func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.inside[visitor]:
		return nil, Busy("a run of yours is not over yet: watch it to its end, then start the next")
	case len(g.inside) >= g.most:
		return nil, Busy(fmt.Sprintf("%s under way, as many as there can be at once: watch one of them, and start yours when one is over", running(g.most)))
	}
	g.inside[visitor] = true
	return sync.OnceFunc(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.inside, visitor)
	}), nil
}

func running(n int) string {
	if n == 1 {
		return "there is a run"
	}
	return fmt.Sprintf("there are %d runs", n)
}
