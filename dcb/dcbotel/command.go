package dcbotel

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// A command is what its decisions have in common. It is made once, so that a decision need not
// make it: a program has few commands.
type command struct {
	name      string
	spanName  string
	recorded  []metric.RecordOption
	outcomes  map[Outcome][]metric.RecordOption
	conflicts map[bool][]metric.AddOption // by whether the next attempt was made on the spot
}

// commandNamed returns the command with a name.
func (t *Telemetry) commandNamed(name string) *command {
	known, ok := t.commands.Load(name)
	if !ok {
		known, _ = t.commands.LoadOrStore(name, newCommand(name))
	}
	return known.(*command)
}

func newCommand(name string) *command {
	is := attribute.String("command", name)
	c := &command{
		name:      name,
		spanName:  "decide " + name,
		recorded:  recordedWith(is),
		outcomes:  map[Outcome][]metric.RecordOption{},
		conflicts: map[bool][]metric.AddOption{},
	}
	for _, outcome := range []Outcome{Appended, Refused, Nothing, Lost, Failed} {
		c.outcomes[outcome] = recordedWith(is, attribute.String("outcome", string(outcome)))
	}
	for _, onTheSpot := range []bool{false, true} {
		set := attribute.NewSet(is, attribute.Bool("on_the_spot", onTheSpot))
		c.conflicts[onTheSpot] = []metric.AddOption{metric.WithAttributeSet(set)}
	}
	return c
}
