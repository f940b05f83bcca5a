package dcbtest_test

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// brokenLog names the broken log that TestAMemoryIsALog tests in this process.
const brokenLog = "DCBTEST_BROKEN_LOG"

// A logMistake is a mistake that a log in memory can make.
type logMistake struct {
	breaks []string // promises that must be found broken; it may break others, too
	log    func(*dcbtest.Memory) dcb.Log
}

var brokenLogs = map[string]logMistake{
	"no condition is checked": {
		breaks: []string{oneOfMany, queries, "under the query for all events any event is a conflict"},
		log: func(m *dcbtest.Memory) dcb.Log {
			return rewritten{Memory: m, query: func(dcb.Query) dcb.Query { return dcb.Query{} }}
		},
	},
	"items narrow each other": {
		breaks: []string{queries},
		log:    func(m *dcbtest.Memory) dcb.Log { return rewritten{Memory: m, query: narrowed} },
	},
	"tags within an item widen": {
		breaks: []string{queries},
		log:    func(m *dcbtest.Memory) dcb.Log { return rewritten{Memory: m, query: widened} },
	},
	"the event after the known position is missed": {
		breaks: []string{oneOfMany, "an event at the known position is no conflict"},
		log:    func(m *dcbtest.Memory) dcb.Log { return shiftedBy{m, 1} },
	},
	"the event at the known position is a conflict": {
		breaks: []string{"many appends at once that share nothing are all stored", "an event at the known position is no conflict"},
		log:    func(m *dcbtest.Memory) dcb.Log { return shiftedBy{m, -1} },
	},
	"the events of an append are stored one by one": {
		breaks: []string{"all events of an append are stored or none"},
		log:    func(m *dcbtest.Memory) dcb.Log { return oneByOne{m} },
	},
}

// rewritten is a log that checks other conditions than it is given.
type rewritten struct {
	*dcbtest.Memory
	query func(dcb.Query) dcb.Query
}

func (l rewritten) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if err := dcb.CheckAppend(ctx, events, query, known); err != nil {
		return 0, err
	}
	return l.Memory.AppendAfter(ctx, events, l.query(query), known)
}

// narrowed returns a query for the events that match every item.
func narrowed(query dcb.Query) dcb.Query {
	var types []string
	var tags dcb.Tags
	for _, item := range query.Items() {
		types, tags = append(types, item.Types...), append(tags, item.Tags...)
	}
	if len(types)+len(tags) == 0 {
		return query
	}
	return dcb.NewQuery(tags, types...)
}

// widened returns a query for the events that carry any tag of an item.
func widened(query dcb.Query) (wide dcb.Query) {
	for _, item := range query.Items() {
		if len(item.Tags) == 0 {
			wide = wide.Or(query)
		}
		for _, tag := range item.Tags {
			wide = wide.Or(dcb.NewQuery(dcb.Tags{tag}, item.Types...))
		}
	}
	return wide
}

// shiftedBy is a log whose conditions begin some events too late.
type shiftedBy struct {
	*dcbtest.Memory
	events int64
}

func (l shiftedBy) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	_, head, err := l.ReadSince(ctx, dcb.Query{}, known)
	if err = cmp.Or(dcb.CheckAppend(ctx, events, query, known), err); err != nil {
		return 0, err
	}
	return l.Memory.AppendAfter(ctx, events, query, dcb.At(max(0, min(head.Position, known.Position+l.events))))
}

// oneByOne is a log that stores the events of an append one by one until one fails. Only the
// first one has the condition.
type oneByOne struct{ *dcbtest.Memory }

func (l oneByOne) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (last int64, err error) {
	if err := dcb.CheckAppend(ctx, events, query, known); err != nil {
		return 0, err
	}
	for _, e := range events {
		last, err = l.Memory.AppendAfter(ctx, []dcb.InputEvent{e}, query, known)
		if err != nil {
			return 0, err
		}
		query, known = dcb.Query{}, dcb.Checkpoint{}
	}
	return last, nil
}

// The tests that fail have the names of the promises that a log breaks.
func TestTheSuiteNamesThePromisesThatALogBreaks(t *testing.T) {
	t.Parallel()
	for name, mistake := range brokenLogs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAMemoryIsALog$", "-test.timeout=1m")
			child.Env = append(os.Environ(), brokenLog+"="+name)
			output, err := child.CombinedOutput()
			exit, ok := errors.AsType[*exec.ExitError](err)
			require.True(t, ok, "the tests passed, or did not run: %v\n%s", err, output)
			require.Equal(t, 1, exit.ExitCode(), "%s", output)
			var failed []string
			for _, match := range regexp.MustCompile(`(?m)^    --- FAIL: TestAMemoryIsALog/(\S+) `).FindAllStringSubmatch(string(output), -1) {
				failed = append(failed, strings.ReplaceAll(match[1], "_", " "))
			}
			assert.Subset(t, failed, mistake.breaks)
		})
	}
}
