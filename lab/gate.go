package lab

import (
	"fmt"
	"sync"
)

// Busy says that something can't be run right now. Its text is for whoever asked, and
// tells what to do.
type Busy string

// Error implements error.
func (b Busy) Error() string { return string(b) }

// A Gate lets one visitor run one thing at a time, and all of them together so many.
type Gate struct {
	most int

	mu     sync.Mutex
	inside map[string]bool
}

// NewGate makes a gate for at most so many at once.
func NewGate(most int) *Gate {
	return &Gate{most: most, inside: map[string]bool{}}
}

// Enter lets a visitor in, who leaves by calling what it returns. Its error is [Busy].
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
