// Package dcbotel tells OpenTelemetry what the stores and the decisions of package dcb do: as
// metrics, and as spans of traces. Package dcb knows nothing of it. It has hooks, and this
// package fills them in.
//
// # What to do
//
// Make one [Telemetry] from the providers of the program, and open the store with its options:
//
//	telemetry, err := dcbotel.New(dcbotel.Config{Meters: meters, Tracers: tracers})
//	…
//	store, err := dcb.Open(ctx, pool, telemetry.Options(dcb.Options{}))
//	…
//	err = telemetry.Watch(store)
//
// From then on each decision on the store is counted, and so is each transaction of appends. A
// decision has the name that [dcb.WithCommandName] gave it, or "other".
//
// # Metrics
//
// Each metric has few time series, whatever the traffic is: a decision is told apart by its command
// and its [Outcome], and never by a course, a student or a request. A program has few commands. Do
// not make names of commands from input.
//
// # Traces
//
// A decision is a span, below the span of the context, and each attempt is a span below that of
// the decision. An attempt that met a conflict says which events got inside the boundary, and
// links to the traces that these events come from, if the events note it: see [NoteTrace].
//
// Nothing here makes a decision fail or wait.
package dcbotel
