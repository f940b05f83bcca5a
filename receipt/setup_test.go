package receipt_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

// The smallest domain whose decisions can meet a conflict: seats in rooms.
type (
	opened struct {
		Room  string `json:"room"`
		Seats int    `json:"seats"`
	}
	taken struct {
		Room string `json:"room"`
		Who  string `json:"who"`
	}
	chosen struct {
		Room string `json:"room"`
	}
)

func (opened) EventType() string { return "Opened" }
func (taken) EventType() string  { return "Taken" }
func (chosen) EventType() string { return "Chosen" }
func (e opened) Tags() dcb.Tags  { return dcb.NewTags("room", e.Room) }
func (e taken) Tags() dcb.Tags   { return dcb.NewTags("room", e.Room) }
func (chosen) Tags() dcb.Tags    { return dcb.NewTags("choice", "room") }

var errFull = errors.New("the room is full")

// room is what a decision knows of a room.
type room struct {
	seats  int
	guests []string
}

func (s *room) boundary(name string) dcb.Boundary {
	tags := dcb.NewTags("room", name)
	return dcb.Boundary{
		dcb.Into(&s.seats, dcb.Project(0, tags, dcb.On(func(_ int, e opened) int { return e.Seats }))),
		dcb.Into(&s.guests, dcb.Project(nil, tags,
			dcb.On(func(before []string, e taken) []string { return append(slices.Clip(before), e.Who) }))),
	}
}

// take asks for a seat in a room. Whoever has one there already gets no second one.
type take struct{ Room, Who string }

func (cmd take) Decide(ctx context.Context, log dcb.Log) error {
	boundary := func(s *room) dcb.Boundary { return s.boundary(cmd.Room) }
	return dcb.Decide(ctx, log, boundary, cmd.decide)
}

func (cmd take) decide(s room) ([]dcb.Fact, error) {
	switch {
	case slices.Contains(s.guests, cmd.Who):
		return nil, nil
	case len(s.guests) >= s.seats:
		return nil, errFull
	}
	return dcb.Facts(taken{cmd.Room, cmd.Who}), nil
}

// takeChosen asks for a seat in the room that was chosen last.
type takeChosen struct{ Who string }

// choice is what takeChosen knows: which room was chosen, and what there is to know of it.
type choice struct {
	name string
	room []room
}

func (cmd takeChosen) Decide(ctx context.Context, log dcb.Log) error {
	boundary := func(s *choice) dcb.Boundary {
		return dcb.Boundary{
			dcb.Into(&s.name, dcb.Project("", chosen{}.Tags(), dcb.On(func(_ string, e chosen) string { return e.Room }))),
			dcb.Then(func() dcb.Boundary {
				s.room = make([]room, 1)
				return s.room[0].boundary(s.name)
			}),
		}
	}
	return dcb.Decide(ctx, log, boundary, func(s choice) ([]dcb.Fact, error) {
		return take{s.name, cmd.Who}.decide(s.room[0])
	})
}

// knew returns what a receipt says that take knew.
func knew(seats int, guests ...string) []receipt.Known {
	list := make([][]receipt.Known, len(guests))
	for i, guest := range guests {
		list[i] = []receipt.Known{{Value: guest}}
	}
	return []receipt.Known{{Name: "seats", Value: fmt.Sprint(seats)}, {Name: "guests", Items: list}}
}

// A hopeless log rejects every append, although it has seats for everybody. It has no
// database, so all the pauses take no time in a bubble of synctest.
type hopeless struct{}

func (hopeless) ReadSince(context.Context, dcb.Query, dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	return []dcb.Event{{Type: "Opened", Tags: dcb.NewTags("room", "blue"), Data: []byte(`{"room":"blue","seats":1000}`)}}, dcb.At(1), nil
}

func (h hopeless) ReadUpTo(ctx context.Context, query dcb.Query, _ dcb.Checkpoint) ([]dcb.Event, error) {
	events, _, err := h.ReadSince(ctx, query, dcb.Checkpoint{})
	return events, err
}

func (hopeless) AppendAfter(_ context.Context, _ []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	return 0, &dcb.ConflictError{Query: query, After: known.Position}
}

// newLog returns a log in a database of its own, with some facts in it.
func newLog(t *testing.T, facts ...dcb.Fact) *dcb.Store {
	t.Helper()
	return newPast(t, facts...).Store
}

func appendFacts(t *testing.T, log *dcb.Store, facts ...dcb.Fact) {
	t.Helper()
	if len(facts) == 0 {
		return
	}
	events, err := dcb.Encode(facts)
	require.NoError(t, err)
	_, err = log.AppendEvents(t.Context(), events, dcb.Query{}, 0)
	require.NoError(t, err)
}
