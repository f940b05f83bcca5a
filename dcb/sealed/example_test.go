package sealed_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

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

// MemberForgotten says that nobody can read the name of a member any more.
type MemberForgotten struct {
	Member string `json:"member_id"`
}

func (MemberForgotten) EventType() string { return "MemberForgotten" }

func (e MemberForgotten) Tags() dcb.Tags { return dcb.NewTags("member_id", e.Member) }

// ForgetMember forgets a member.
type ForgetMember struct{ Member string }

func (cmd ForgetMember) Decide(ctx context.Context, log dcb.Log) error {
	return decide(ctx, log, MemberForgotten{Member: cmd.Member})
}

// decide stores a fact without any rule.
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

	// A reader opens it as late as possible.
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

	// The event is stored and the key is deleted in one transaction.
	if err := keys.Forget(ctx, "member_id:m1", ForgetMember{Member: "m1"}); err != nil {
		panic(err)
	}
	look()
	// Output:
	// position 1: Ada Lovelace joined
	// position 1: a forgotten member joined
}

// The sealed texts of a page are opened on its way to the reader. Plain texts stay as they
// are. show escapes what it puts into HTML.
func ExampleKeys_OpenIn() {
	ctx := context.Background()
	_, keys, done := openExample(ctx)
	defer done()
	names := []sealed.Text{"Grace Hopper"}
	for i, name := range []string{"Ada & Charles", "Kofi"} {
		text, err := keys.Seal(ctx, dcb.Tag(fmt.Sprint("member_id:m", i+1)), name)
		if err != nil {
			panic(err)
		}
		names = append(names, text)
	}
	if err := keys.Forget(ctx, "member_id:m2", ForgetMember{Member: "m2"}); err != nil {
		panic(err)
	}

	var page []byte
	for _, name := range names {
		page = fmt.Appendf(page, "<li>%s <i>sealed: %t</i>\n", name, name.IsSealed())
	}
	opened, err := keys.OpenIn(ctx, page, show)
	fmt.Print(string(opened), err)
	// Output:
	// <li>Grace Hopper <i>sealed: false</i>
	// <li>Ada &amp; Charles <i>sealed: true</i>
	// <li><em>a forgotten member</em> <i>sealed: true</i>
	// <nil>
}

// A ring still opens texts of subjects that are forgotten later. So it is for one answer, and
// no process keeps it.
func ExampleRing_OpenIn() {
	ctx := context.Background()
	_, keys, done := openExample(ctx)
	defer done()
	name, err := keys.Seal(ctx, "member_id:m1", "Ada")
	if err != nil {
		panic(err)
	}
	ring, err := keys.Ring(ctx, []dcb.Tag{"member_id:m1"})
	if err != nil {
		panic(err)
	}
	if err := keys.Forget(ctx, "member_id:m1", ForgetMember{Member: "m1"}); err != nil {
		panic(err)
	}

	line := []byte("Hello, " + name + "!")
	fmt.Println(string(ring.OpenIn(line, show)))
	now, err := keys.OpenIn(ctx, line, show)
	fmt.Println(string(now), err)
	// Output:
	// Hello, Ada!
	// Hello, <em>a forgotten member</em>! <nil>
}

// A table has opened names, to search them. It is filled in a transaction that loads the keys,
// and cleared in the transaction that forgets. So it never keeps a forgotten name, even if
// both happen at once.
func ExampleRing_Load() {
	ctx := context.Background()
	pool, keys, done := openExample(ctx)
	defer done()
	if _, err := pool.Exec(ctx, `create table member_search (subject text primary key, name text)`); err != nil {
		panic(err)
	}
	name, err := keys.Seal(ctx, "member_id:m1", "Ada Lovelace")
	if err != nil {
		panic(err)
	}

	fill := func(tx pgx.Tx) error {
		ring := sealed.Ring{}
		var trip pgx.Batch
		ring.Load(&trip, []dcb.Tag{name.Subject()})
		if err := tx.SendBatch(ctx, &trip).Close(); err != nil {
			return err
		}
		opened, err := ring.Open(name)
		if errors.Is(err, sealed.ErrForgotten) {
			return nil
		} else if err != nil {
			return err
		}
		const insert = `insert into member_search values ($1, $2) on conflict (subject) do update set name = excluded.name`
		_, err = tx.Exec(ctx, insert, string(name.Subject()), opened)
		return err
	}
	search := func() {
		readCommitted := pgx.TxOptions{IsoLevel: pgx.ReadCommitted}
		if err := pgx.BeginTxFunc(ctx, pool, readCommitted, fill); err != nil {
			panic(err)
		}
		var found int
		const ask = `select count(*) from member_search where name like 'Ada %'`
		if err := pool.QueryRow(ctx, ask).Scan(&found); err != nil {
			panic(err)
		}
		fmt.Println("found:", found)
	}
	search()

	empty := func(ctx context.Context, tx pgx.Tx, subject dcb.Tag) error {
		_, err := tx.Exec(ctx, `delete from member_search where subject = $1`, string(subject))
		return err
	}
	if err := keys.Forget(ctx, name.Subject(), ForgetMember{Member: "m1"}, empty); err != nil {
		panic(err)
	}
	search()
	// Output:
	// found: 1
	// found: 0
}

// show returns what the pages of these examples show for a sealed text.
func show(opened string, err error) string {
	switch {
	case errors.Is(err, sealed.ErrForgotten):
		return "<em>a forgotten member</em>"
	case err != nil:
		return "<em>unreadable</em>"
	}
	return html.EscapeString(opened)
}

// openExample makes keys in a database of their own, with the log that they belong to.
func openExample(ctx context.Context) (pool *pgxpool.Pool, keys *sealed.Keys, done func()) {
	pool = pgtest.Open()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	return pool, sealed.NewKeys(pool, store), func() {
		store.Close()
		pool.Close()
	}
}
