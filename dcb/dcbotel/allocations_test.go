package dcbotel_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbotel"
)

// Most of what telemetry costs is memory. The bounds are what it takes now, with the race detector:
// without it, spans take two allocations less. A span that is sent takes one allocation more, or
// two, to be copied.
func TestTheHooksOfADecisionAllocateLittle(t *testing.T) {
	for name, kind := range map[string]struct {
		most   float64
		config dcbotel.Config
	}{
		"metrics":           {9, dcbotel.Config{Meters: meters()}},
		"metrics and spans": {18, dcbotel.Config{Meters: meters(), Tracers: sdktrace.NewTracerProvider()}},
	} {
		telemetry, err := dcbotel.New(kind.config)
		require.NoError(t, err)
		options := telemetry.Options(dcb.Options{})
		ctx := dcb.WithCommandName(t.Context(), "TakeSeat")
		took := testing.AllocsPerRun(100, func() { tellHooks(ctx, options) })
		require.LessOrEqual(t, took, kind.most, name)
	}
}
