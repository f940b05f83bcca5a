package dcb

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// The committer holds the lock of the log while it waits for an answer. So it asks only a caller
// whose answer can count.
func TestALoserIsAskedToDecideAgainOnlyIfItsAnswerCanCount(t *testing.T) {
	met := Event{Type: "A", Data: []byte(`{}`), Position: 1}
	cut := Event{Type: "A", Position: 1}
	decides := func([]*sharedEvent, int64) ([]InputEvent, bool) { return nil, true }
	soon := patience{time.Millisecond, time.Minute}
	for name, test := range map[string]struct {
		request *request
		found   []Event
		p       patience
		asked   int
	}{
		"who decides":                 {&request{again: decides}, []Event{met}, soon, 1},
		"who does not":                {&request{}, []Event{met}, soon, 0},
		"who is not there any more":   {&request{again: decides, gone: true}, []Event{met}, soon, 0},
		"who was late":                {&request{again: decides, late: true}, []Event{met}, soon, 0},
		"when no time is left":        {&request{again: decides}, []Event{met}, patience{time.Millisecond, 0}, 0},
		"about 99 events":             {&request{again: decides}, slices.Repeat([]Event{met}, maxMeanwhile-1), soon, 1},
		"about 100 events or more":    {&request{again: decides}, slices.Repeat([]Event{met}, maxMeanwhile), soon, 0},
		"about an event without data": {&request{again: decides}, []Event{met, cut}, soon, 0},
	} {
		test.request.asked = []Event{{Type: "B"}}
		test.request.calls = make(chan func(), 1)
		verdicts, accepted := judge([]*request{test.request}, found{events: [][]*sharedEvent{share(test.found)}, head: At(int64(len(test.found)))}, test.p.asker())
		require.Len(t, test.request.calls, test.asked, name)
		require.Empty(t, accepted, name)
		require.ErrorIs(t, verdicts[0].outcome().err, ErrConflict, name)
	}
}

// Nobody answers. Each is waited for as long as one may take, until what all may take
// together is over.
func TestTheTimeOfABatchIsSharedByAllWhoDecideAgain(t *testing.T) {
	t.Parallel()
	met := []Event{{Type: "A", Data: []byte(`{}`), Position: 1}}
	for name, test := range map[string]struct {
		p     patience
		asked []int
	}{
		"no more than all may take": {patience{time.Hour, 20 * time.Millisecond}, []int{1, 0, 0}},
		"no more than one may take": {patience{20 * time.Millisecond, time.Hour}, []int{1, 1, 1}},
	} {
		batch, answer := make([]*request, 3), found{events: make([][]*sharedEvent, 3), head: At(1)}
		for i := range batch {
			batch[i] = &request{again: func([]*sharedEvent, int64) ([]InputEvent, bool) { return nil, true }, calls: make(chan func(), 1)}
			answer.events[i] = share(met)
		}
		judged := make(chan struct{})
		began := time.Now()
		go func() {
			defer close(judged)
			judge(batch, answer, test.p.asker())
		}()
		select {
		case <-judged:
		case <-time.After(time.Minute):
			require.FailNow(t, "the committer waits too long", name)
		}
		for i, r := range batch {
			require.Len(t, r.calls, test.asked[i], "%s: request %d", name, i)
			require.Equal(t, test.asked[i] == 1, r.late, "%s: request %d", name, i)
		}
		require.GreaterOrEqual(t, time.Since(began), 20*time.Millisecond, name)
	}
}

// The caller was told at a deadline that the outcome is unknown, and has left.
func TestNobodyWaitsForACallerWhoIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &request{}
		r.fill(t.Context(), nil, Query{}, Checkpoint{})
		_, ok := (&patience{longestOnTheSpot, longestBatchOnTheSpot}).ask(r, nil, 0)
		require.False(t, ok)
		require.True(t, r.late)
		r.end(outcome{})
	})
}
