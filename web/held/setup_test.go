package held_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/receipt"
	"go-crablet/web/held"
)

// The smallest domain whose decisions can be disturbed: one room with seats.
type taken struct {
	Who string `json:"who"`
}

func (taken) EventType() string { return "Taken" }
func (taken) Tags() dcb.Tags    { return dcb.NewTags("room", "blue") }

// elsewhere happens outside the boundary.
type elsewhere struct{}

func (elsewhere) EventType() string { return "Elsewhere" }
func (elsewhere) Tags() dcb.Tags    { return dcb.NewTags("room", "green") }

var errFull = errors.New("the room is full")

// take asks for a seat in the room, unless the guest has one already.
type take struct {
	Who   string
	Seats int
}

type room struct{ guests []string }

func (cmd take) Decide(ctx context.Context, log dcb.Log) error {
	boundary := func(s *room) dcb.Boundary {
		return dcb.Boundary{dcb.Into(&s.guests, dcb.Project(nil, taken{}.Tags(),
			dcb.On(func(before []string, e taken) []string { return append(slices.Clip(before), e.Who) })))}
	}
	return dcb.Decide(ctx, log, boundary, func(s room) ([]dcb.Fact, error) {
		switch {
		case slices.Contains(s.guests, cmd.Who):
			return nil, nil
		case len(s.guests) >= cmd.Seats:
			return nil, errFull
		}
		return dcb.Facts(taken{cmd.Who}), nil
	})
}

// guests returns who has a seat, in order.
func guests(t *testing.T, log dcb.Log) []string {
	t.Helper()
	seats, _, err := log.ReadSince(t.Context(), dcb.NewQuery(taken{}.Tags()), dcb.Checkpoint{})
	require.NoError(t, err)
	guests := []string{}
	for _, e := range seats {
		var fact taken
		require.NoError(t, json.Unmarshal(e.Data, &fact))
		guests = append(guests, fact.Who)
	}
	return guests
}

// A hall is a keeper, the log of its decisions, and their receipts.
type hall struct {
	*held.Keeper
	t   *testing.T
	log *dcbtest.Memory

	// changed is told of every stage, if a test sets it before its first decision.
	changed func(id string)

	mu       sync.Mutex
	receipts map[string]receipt.Receipt
}

// bubble runs a test with a clock of its own.
func bubble(t *testing.T, test func(t *testing.T, hall *hall)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &hall{t: t, log: &dcbtest.Memory{}, receipts: map[string]receipt.Receipt{}}
		h.Keeper = held.NewKeeper(held.Longest, func(id string) {
			if h.changed != nil {
				h.changed(id)
			}
		})
		defer h.Close()
		test(t, h)
	})
}

// decision specifies one that is held until it is told to go on.
func (h *hall) decision(holder string, cmd take) held.Spec {
	return h.decisionOn(h.log, holder, cmd)
}

func (h *hall) decisionOn(log dcb.Log, holder string, cmd take) held.Spec {
	return held.Spec{Holder: holder, Title: cmd.Who + " wants a seat", Take: func(ctx context.Context) (receipt.Result, error) {
		ctx, recorder := receipt.Record(ctx, cmd, cmd.Who+" wants a seat")
		err := cmd.Decide(held.Follow(ctx, recorder), log)
		record, ended := recorder.Receipt()
		if !ended {
			return receipt.Result{}, err
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.receipts[record.ID] = record
		return receipt.Result{ReceiptID: record.ID}, err
	}}
}

// begin begins a decision, and returns when it is held or over.
func (h *hall) begin(d held.Spec) (*held.Decision, held.Stage) {
	h.t.Helper()
	one, joined, err := h.Hold(h.t.Context(), d)
	require.NoError(h.t, err)
	require.False(h.t, joined)
	return one, one.Await(h.t.Context())
}

// letGoOn lets a decision go on after a second.
func (h *hall) letGoOn(one *held.Decision, stop int) {
	h.t.Helper()
	time.Sleep(time.Second)
	require.True(h.t, one.Continue(stop))
	synctest.Wait()
}

// receipt returns the receipt of a decision that is over.
func (h *hall) receipt(one *held.Decision) receipt.Receipt {
	h.t.Helper()
	synctest.Wait()
	stage := one.Stage()
	require.True(h.t, stage.Over)
	h.mu.Lock()
	defer h.mu.Unlock()
	record, kept := h.receipts[stage.ReceiptID]
	require.True(h.t, kept, "it has a receipt: %v", stage.Err)
	return record
}

// meanwhile appends facts without the keeper.
func (h *hall) meanwhile(facts ...dcb.Fact) {
	h.t.Helper()
	events, err := dcb.Encode(facts)
	require.NoError(h.t, err)
	_, err = h.log.AppendAfter(context.Background(), events, dcb.Query{}, dcb.Checkpoint{})
	require.NoError(h.t, err)
}
