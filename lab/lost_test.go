package lab_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbmemory"
	"go-crablet/lab"
)

// The log is restored to a moment before the race or in it, and others append more than was
// lost. The race has no result then: it would say that contenders were turned away who had room,
// or that seats are missing.
func TestARaceWhoseLogLosesItsEndHasNoResult(t *testing.T) {
	t.Parallel()
	const defined = 5 // events: a course and four students
	for when, hooks := range map[string]func(loses func(after int64)) *dcb.Trace{
		"before a contender reads": func(loses func(int64)) *dcb.Trace { loses(0); return nil },
		"while contenders think": func(loses func(int64)) *dcb.Trace {
			return &dcb.Trace{Decided: func(dcb.TraceDecided) { loses(0) }}
		},
		"when a contender has a seat": func(loses func(int64)) *dcb.Trace {
			return &dcb.Trace{Appended: func(dcb.TraceAppended) { loses(defined) }}
		},
	} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			log := new(dcbmemory.Log)
			var once sync.Once
			loses := func(after int64) {
				once.Do(func() {
					log.LoseEnd(after)
					for range 20 {
						_, err := log.AppendAfter(context.Background(), []dcb.InputEvent{dcb.NewInputEvent("Other", nil, []byte(`{}`))}, dcb.Query{}, dcb.Checkpoint{})
						assert.NoError(t, err)
					}
				})
			}
			run := newRun(t, lab.Race{Contenders: 4, Courses: 1, Seats: 2})
			_, err := run.DoRecorded(t.Context(), log, func(ctx context.Context, _ dcb.Command) (context.Context, *dcb.Trace, func() string) {
				trace := hooks(loses)
				if trace != nil {
					ctx = dcb.WithTrace(ctx, trace)
				}
				return ctx, trace, func() string { return "" }
			})
			require.ErrorIs(t, err, dcb.ErrOtherHistory)
			assert.Nil(t, run.Replay().Result)
		})
	}
}
