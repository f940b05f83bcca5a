package dcb

import "context"

// A Command is what somebody asks for, and one decision over a log. Tests, pages and
// whatever else takes commands of any kind take it as this interface.
type Command interface {
	// Decide takes the decision, as the function [Decide] does. It may be called several times,
	// and on different logs.
	Decide(ctx context.Context, log Log) error
}
