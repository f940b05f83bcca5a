package rival

import (
	"context"
	"errors"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// try returns what a command would append right now, or nothing if a rule refuses it. It stores
// nothing.
func try(ctx context.Context, log dcb.Log, cmd dcb.Command) ([]dcb.InputEvent, error) {
	t := &trial{Log: log}
	err := cmd.Decide(unobserved{ctx}, t)
	if _, refused := errors.AsType[courses.Refusal](err); refused {
		return nil, nil
	}
	return t.events, err
}

// ConditionOf returns the condition under which a command would append right now. It is the zero
// Query if a rule refuses the command.
func ConditionOf(ctx context.Context, log dcb.Log, cmd dcb.Command) (dcb.Query, error) {
	t := &trial{Log: log}
	err := cmd.Decide(unobserved{ctx}, t)
	if _, refused := errors.AsType[courses.Refusal](err); refused {
		return dcb.Query{}, nil
	}
	return t.condition, err
}

// A trial is a log to which a decision appends once, and nothing is stored.
type trial struct {
	dcb.Log
	events    []dcb.InputEvent
	condition dcb.Query
}

// AppendAfter implements [dcb.Log]. It keeps what it is asked to append, and under which
// condition.
func (t *trial) AppendAfter(_ context.Context, events []dcb.InputEvent, condition dcb.Query, known dcb.Checkpoint) (int64, error) {
	t.events, t.condition = events, condition
	return known.Position + int64(len(events)), nil
}

// unobserved drops all values of a context, and keeps its deadline: a trial must not be held, and
// must not be in the receipt of the request that asks for it.
type unobserved struct{ context.Context }

func (unobserved) Value(any) any { return nil }
