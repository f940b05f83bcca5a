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
		Why: []string{
			"Everybody reads, everybody decides well, and everybody appends.",
			"The append does not say what the decision was made from, so the log can't know that it is no longer true.",
			"Whoever decides while another one does gets a seat that is gone.",
		},
		Shipped: "any event store whose expected version is optional and left out (any_version, ExpectedVersion.Any); in rodolfodpk/go-crablet of September 2025 even a stale append with nobody else about went through",
		Gap:     BetweenDecideAndAppend,
		file:    "no_condition.go",
		open:    func(s *Site) dcb.Log { return unconditional{s.store} },
	}
}

// unconditional is the real store, used without its condition.
type unconditional struct{ dcb.Log }

// AppendAfter drops what it is told about the decision.
func (l unconditional) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if err := dcb.CheckAppend(ctx, events, query, known); err != nil {
		return 0, err
	}
	return l.Log.AppendAfter(ctx, events, dcb.Query{}, dcb.Checkpoint{})
}
