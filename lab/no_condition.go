package lab

import (
	"context"

	"go-crablet/dcb"
)

func noCondition() Strategy {
	return Strategy{
		Name:   "no-condition",
		Title:  "No condition",
		Broken: true,
		Cause:  "The append does not say what it was decided from.",
		Why: []string{
			"Everybody reads, everybody decides well, and everybody appends.",
			"The append does not say what the decision rests on, so the log can't notice that this is no longer true.",
			"Two decide at the same time, and both get the last seat.",
		},
		Shipped: "any event store whose expected version is optional and left out (any_version, ExpectedVersion.Any); in rodolfodpk/go-crablet of September 2025 even a stale append with nobody else about went through",
		Window:  BetweenDecideAndAppend,
		file:    "no_condition.go",
		open:    func(s *Site) dcb.Log { return unconditional{s.store} },
	}
}

// unconditional is the real store, used without its condition.
type unconditional struct{ dcb.Log }

// AppendAfter appends the events, and ignores the condition.
func (l unconditional) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if err := dcb.CheckAppend(ctx, events, query, known); err != nil {
		return 0, err
	}
	return l.Log.AppendAfter(ctx, events, dcb.Query{}, dcb.Checkpoint{})
}
