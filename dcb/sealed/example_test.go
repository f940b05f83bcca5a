package sealed_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/internal/pgtest"
)

// MemberJoined is a fact with a name that can be forgotten.
type MemberJoined struct {
	Member string      `json:"member_id"`
	Name   sealed.Text `json:"name"`
}

func (MemberJoined) EventType() string { return "MemberJoined" }

func (e MemberJoined) Tags() dcb.Tags { return dcb.NewTags("member_id", e.Member) }

// MemberForgotten says that nobody knows any more who a member was.
type MemberForgotten struct {
	Member string `json:"member_id"`
}

func (MemberForgotten) EventType() string { return "MemberForgotten" }

func (e MemberForgotten) Tags() dcb.Tags { return dcb.NewTags("member_id", e.Member) }

// ForgetMember is the command that it is asked for by.
type ForgetMember struct{ Member string }

func (cmd ForgetMember) Decide(ctx context.Context, log dcb.Log) error {
	return decide(ctx, log, MemberForgotten{Member: cmd.Member})
}

// decide takes a decision that has no rules.
func decide(ctx context.Context, log dcb.Log, fact dcb.Fact) error {
	return dcb.Decide(ctx, log,
		func(*struct{}) dcb.Boundary { return nil },
		func(struct{}) ([]dcb.Fact, error) { return dcb.Facts(fact), nil })
}

func Example() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer store.Close()
	keys := sealed.NewKeys(pool, store)

	// The name is sealed before anything is decided.
	name, err := keys.Seal(ctx, "member_id:m1", "Ada Lovelace")
	if err != nil {
		panic(err)
	}
	if err := decide(ctx, store, MemberJoined{Member: "m1", Name: name}); err != nil {
		panic(err)
	}

	// Whoever reads it opens it as late as possible.
	look := func() {
		for e, err := range store.Read(ctx, dcb.NewQuery(nil, "MemberJoined"), dcb.ReadOptions{}) {
			if err != nil {
				panic(err)
			}
			var joined MemberJoined
			if err := json.Unmarshal(e.Data, &joined); err != nil {
				panic(err)
			}
			ring, err := keys.Ring(ctx, []dcb.Tag{joined.Name.Subject()})
			if err != nil {
				panic(err)
			}
			opened, err := ring.Open(joined.Name)
			if errors.Is(err, sealed.ErrForgotten) {
				opened = "a forgotten member"
			}
			fmt.Printf("position %d: %s joined\n", e.Position, opened)
		}
	}
	look()

	// The event that says so, and the end of the key, are one transaction.
	if err := keys.Forget(ctx, "member_id:m1", ForgetMember{Member: "m1"}); err != nil {
		panic(err)
	}
	look()
	// Output:
	// position 1: Ada Lovelace joined
	// position 1: a forgotten member joined
}
