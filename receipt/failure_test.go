package receipt_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/receipt"
)

// unreadable appends an event of the type "Taken" that can't be decoded.
func unreadable(t *testing.T, log *dcb.Store, room string) {
	t.Helper()
	e := dcb.NewInputEvent("Taken", dcb.NewTags("room", room), []byte(`{"room":7}`))
	_, err := log.AppendEvents(t.Context(), []dcb.InputEvent{e}, dcb.Query{}, 0)
	require.NoError(t, err)
}

// unreadableMeanwhile returns a context for one decision. Before its first append, an event
// is appended that can't be decoded. If stepwise is set, nothing is decided on the spot.
func unreadableMeanwhile(t *testing.T, log *dcb.Store, stepwise bool) context.Context {
	return dcb.WithTrace(t.Context(), &dcb.Trace{Stepwise: stepwise, Decided: func(step dcb.TraceDecided) {
		if step.Attempt == 1 {
			unreadable(t, log, "blue")
		}
	}})
}

func TestADecisionThatMeetsAnEventItCannotReadFailsAndIsNotRefused(t *testing.T) {
	t.Parallel()
	boundary := []dcb.QueryItem{{Types: []string{"Opened", "Taken"}, Tags: dcb.NewTags("room", "blue")}}
	failure := &receipt.Failure{Kind: receipt.Unreadable, Type: "Taken", Position: 2, Reading: true}

	t.Run("in its first read", func(t *testing.T) {
		t.Parallel()
		log := newLog(t, opened{"blue", 2})
		unreadable(t, log, "blue")
		r := record(t, t.Context(), log, take{"blue", "ada"})
		require.Equal(t, []receipt.Attempt{{Failure: failure}}, r.Attempts)
		assert.Equal(t, boundary, r.Boundary)
		assert.Equal(t, receipt.Failed, r.Outcome())
		assert.Equal(t, dcb.NewTags("room", "blue"), r.About())
		assert.Positive(t, r.Took)
	})

	for name, stepwise := range map[string]bool{"on the spot": false, "when it reads on": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := newLog(t, opened{"blue", 2})
			r := record(t, unreadableMeanwhile(t, log, stepwise), log, take{"blue", "ada"})
			require.Len(t, r.Attempts, 2)
			require.NotNil(t, r.Attempts[0].Conflict)
			assert.Equal(t, stored(t, log, 2), r.Attempts[0].Conflict.Events)
			assert.Empty(t, r.Attempts[0].Refusal)
			assert.Equal(t, receipt.Attempt{After: 1, ReadTo: 1, Failure: failure}, r.Last())
			assert.Equal(t, receipt.Failed, r.Outcome())
			assert.Equal(t, 1, r.Conflicts())

			encoded, err := json.Marshal(r)
			require.NoError(t, err)
			assert.NotContains(t, string(encoded), "reflect.Value")
			assert.NotContains(t, string(encoded), "cannot unmarshal", "the error's own text is not kept")
		})
	}
}

// failing is a log whose reads succeed and whose appends fail.
type failing struct {
	hopeless
	err error
}

func (l failing) AppendAfter(context.Context, []dcb.InputEvent, dcb.Query, dcb.Checkpoint) (int64, error) {
	return 0, l.err
}

func TestADecisionWhoseAppendFailsKeepsWhatItWantedAndTheKindOfItsFailure(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		kind receipt.FailureKind
	}{
		{dcb.ErrUnknownOutcome, receipt.Unknown},
		{errors.Join(dcb.ErrUnknownOutcome, context.Canceled), receipt.Unknown},
		{dcb.ErrClosed, receipt.Closed},
		{context.DeadlineExceeded, receipt.TooLate},
		{errors.New("password authentication failed"), receipt.Broken},
	} {
		t.Run(test.err.Error(), func(t *testing.T) {
			t.Parallel()
			r := record(t, t.Context(), failing{err: test.err}, take{"blue", "ada"})
			require.Len(t, r.Attempts, 1)
			assert.Equal(t, &receipt.Failure{Kind: test.kind}, r.Last().Failure)
			assert.Equal(t, receipt.Failed, r.Outcome())
			assert.Equal(t, knew(1000), r.Last().Knew)
			require.Len(t, r.Last().Wanted, 1)
			assert.Zero(t, r.Last().Wanted[0].Position)
			assert.JSONEq(t, `{"room":"blue","who":"ada"}`, string(r.Last().Wanted[0].Data))
			encoded, err := json.Marshal(r)
			require.NoError(t, err)
			assert.NotContains(t, string(encoded), "password")
		})
	}
}

// An unencodable fact can't be written as JSON.
type unencodable struct{ Broken func() }

func (unencodable) EventType() string { return "Unencodable" }
func (unencodable) Tags() dcb.Tags    { return nil }

type decideWith func(s struct{}) ([]dcb.Fact, error)

func (decide decideWith) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, func(*struct{}) dcb.Boundary { return nil }, decide)
}

func TestFactsThatCannotBeEncodedAreAFailure(t *testing.T) {
	t.Parallel()
	ctx, recorder := receipt.Record(t.Context(), take{}, "Ada wants a seat")
	cmd := decideWith(func(struct{}) ([]dcb.Fact, error) { return dcb.Facts(unencodable{}), nil })
	require.ErrorContains(t, cmd.Decide(ctx, hopeless{}), "encode Unencodable")
	r, ended := recorder.Receipt()
	require.True(t, ended)
	assert.Equal(t, receipt.Failed, r.Outcome())
	assert.Equal(t, &receipt.Failure{Kind: receipt.Broken}, r.Last().Failure)
	assert.Empty(t, r.Last().Wanted)
}

func TestTheReceiptOfAFailureIsKeptAndListed(t *testing.T) {
	t.Parallel()
	log := newLog(t, opened{"blue", 2})
	unreadable(t, log, "blue")
	want := record(t, t.Context(), log, take{"blue", "ada"})
	unknown := record(t, t.Context(), failing{err: dcb.ErrUnknownOutcome}, take{"blue", "kofi"})
	store := receipt.NewStore(pgtest.New(t))
	require.NoError(t, store.Save(t.Context(), want))
	require.NoError(t, store.Save(t.Context(), unknown))
	kept, err := store.Find(t.Context(), want.ID)
	require.NoError(t, err)
	assert.Equal(t, want.Attempts, kept.Attempts)

	for kind, n := range map[receipt.Kind]int{receipt.AnyKind: 2, receipt.KindRefused: 0, receipt.KindLost: 0, receipt.KindConflicted: 0} {
		listed, err := store.Latest(t.Context(), receipt.Filter{Kind: kind, About: dcb.NewTags("room", "blue")}, 10)
		require.NoError(t, err)
		assert.Len(t, listed, n, "%q", kind)
	}
	appends, decisions, err := store.LatestAppends(t.Context(), "take", 10)
	require.NoError(t, err)
	assert.Equal(t, 2, decisions)
	assert.Empty(t, appends, "none of them has a place in the log")
}

func TestADecisionThatFailsAtOnceHasAReceipt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := record(t, t.Context(), failing{err: dcb.ErrClosed}, take{"blue", "ada"})
		require.Equal(t, receipt.Failed, r.Outcome())
		require.Zero(t, r.Took)
	})
}

// A receipt without attempts is never kept. If there is one nevertheless, no page fails.
func TestAReceiptWithoutAttemptsCanBeAskedForItsLast(t *testing.T) {
	t.Parallel()
	require.Equal(t, receipt.Attempt{}, receipt.Receipt{}.Last())
	require.Equal(t, receipt.Nothing, receipt.Receipt{}.Outcome())
}

func TestAReceiptKeepsNoAddressesAndNoInvalidValues(t *testing.T) {
	t.Parallel()
	seats := 3
	type guest struct {
		name string
		seat int
	}
	type hall struct {
		seats *int
		any   any
		list  []*int
	}
	for _, test := range []struct {
		state any
		want  []receipt.Known
	}{
		{nil, nil},
		{7, []receipt.Known{{Name: "state", Value: "7"}}},
		{hall{}, []receipt.Known{{Name: "seats", Value: "<nil>"}, {Name: "any", Value: "<nil>"}, {Name: "list", Items: [][]receipt.Known{}}}},
		{struct{ guests []guest }{[]guest{{"ada", 3}}}, []receipt.Known{
			{Name: "guests", Items: [][]receipt.Known{{{Name: "name", Value: "ada"}, {Name: "seat", Value: "3"}}}},
		}},
		{hall{&seats, &seats, []*int{&seats}}, []receipt.Known{
			{Name: "seats", Value: "3"}, {Name: "any", Value: "3"}, {Name: "list", Items: [][]receipt.Known{{{Value: "3"}}}},
		}},
	} {
		ctx, recorder := receipt.Record(t.Context(), take{}, "")
		require.NoError(t, dcb.Decide(ctx, hopeless{}, func(s *any) dcb.Boundary {
			*s = test.state
			return nil
		}, func(any) ([]dcb.Fact, error) { return nil, nil }))
		r, ended := recorder.Receipt()
		require.True(t, ended)
		assert.Equal(t, test.want, r.Last().Knew)
	}
}

// The request tag and the causation are on the events, not on the facts.
func TestSoFarHasTheTagsAndIDsThatTheEventsWillHave(t *testing.T) {
	t.Parallel()
	log := newLog(t, opened{"blue", 2})
	ctx, recorder := receipt.Record(t.Context(), take{}, "Ada wants a seat")
	var soFar receipt.Receipt
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Stepwise: true, Decided: func(dcb.TraceDecided) { soFar = recorder.SoFar() }})
	cmd := decideWith(func(struct{}) ([]dcb.Fact, error) {
		return dcb.WithTags(dcb.Causing(taken{"blue", "ada"}, taken{"blue", "kofi"}), "request:one"), nil
	})
	require.NoError(t, cmd.Decide(ctx, log))
	r, ended := recorder.Receipt()
	require.True(t, ended)

	wanted := soFar.Last().Wanted
	require.Len(t, wanted, 2)
	for i := range wanted {
		assert.Equal(t, dcb.Tags{"room:blue", "request:one"}, wanted[i].Tags)
		assert.Zero(t, wanted[i].Position)
		wanted[i].Position = int64(2 + i)
	}
	assert.Equal(t, wanted[0].ID, wanted[1].CausationID)
	assert.Equal(t, wanted, r.Last().Wanted)
}
