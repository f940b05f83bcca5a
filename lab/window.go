package lab

import "context"

// A Window is the moment in which a strategy can be overtaken: between two of its steps, where
// an append of somebody else gets in. A strategy has to cope with what happens in its window; a
// broken one does not notice it.
type Window string

// The windows.
const (
	BetweenDecideAndAppend   Window = "between decide and append"
	BetweenCheckAndInsert    Window = "between check and insert"
	BetweenEventsAndPosition Window = "between the events and the position"
)

type windowKey struct{}

// withWindow returns a context with which a strategy calls wait in its window.
func withWindow(ctx context.Context, wait func() error) context.Context {
	return context.WithValue(ctx, windowKey{}, wait)
}

// waitInWindow is where a strategy says that it is in its window now. In a burst it waits
// there for all contenders. Otherwise it does nothing: the strategy works the same, and is
// only overtaken less often.
func waitInWindow(ctx context.Context) error {
	if wait, ok := ctx.Value(windowKey{}).(func() error); ok {
		return wait()
	}
	return nil
}
