package receipt_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/receipt"
)

// Ada wants a seat in a room. While she decides, Kofi takes one. The receipt has both
// attempts, and what each of them knew.
func Example() {
	ctx := context.Background()
	log, _, done := openExample(opened{"blue", 2})
	defer done()

	cmd := take{Room: "blue", Who: "ada"}
	ctx, recorder := receipt.Record(ctx, cmd, "Ada wants a seat")
	err := cmd.Decide(afterDeciding(ctx, func() { happened(log, taken{"blue", "kofi"}) }), log)
	if err != nil {
		panic(err)
	}

	r, ended := recorder.Receipt()
	fmt.Println(ended, r.Command, string(r.Input))
	for _, attempt := range r.Attempts {
		fmt.Printf("read up to %d, knew %s\n", attempt.ReadTo, inWords(attempt.Knew))
		if conflict := attempt.Conflict; conflict != nil {
			fmt.Printf("conflict with the event at %d, out of date: %s\n", conflict.Events[0].Position, conflict.Stale)
		}
	}
	fmt.Printf("%s at %d after %d conflict\n", r.Outcome(), r.Last().Wanted[0].Position, r.Conflicts())
	// Output:
	// true take {"Room":"blue","Who":"ada"}
	// read up to 1, knew seats: 2, guests: []
	// conflict with the event at 2, out of date: [guests]
	// read up to 2, knew seats: 2, guests: [kofi]
	// appended at 3 after 1 conflict
}

// The receipt names the trace that the metadata of the decision notes, as telemetry puts it there.
// While the decision is made, its context names the receipt.
func ExampleReceipt_TraceID() {
	log, _, done := openExample(opened{"blue", 2})
	defer done()

	ctx := dcb.WithMetadata(context.Background(), "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	ctx, recorder := receipt.Record(ctx, take{Room: "blue", Who: "ada"}, "Ada wants a seat")
	if err := (take{Room: "blue", Who: "ada"}).Decide(ctx, log); err != nil {
		panic(err)
	}
	r, _ := recorder.Receipt()
	fmt.Println(r.TraceID(), receipt.IDIn(ctx) == r.ID)
	r.Metadata["traceparent"] = "not a trace"
	fmt.Printf("%q\n", r.TraceID())
	// Output:
	// 0af7651916cd43dd8448eb211c80319c true
	// ""
}

// A hook holds a decision before its append, and shows what is known by then. The event has
// no position before it is appended. The receipt says how the hold ended.
func ExampleRecorder_Held() {
	ctx := context.Background()
	log, _, done := openExample(opened{"blue", 2})
	defer done()

	cmd := take{Room: "blue", Who: "ada"}
	ctx, recorder := receipt.Record(ctx, cmd, "Ada wants a seat")
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Stepwise: true, Decided: func(dcb.TraceDecided) {
		soFar := recorder.SoFar().Last()
		fmt.Printf("wants %s, position %d\n", soFar.Wanted[0].Type, soFar.Wanted[0].Position)
		// Here somebody looks at it, for as long as they like.
		recorder.Held(receipt.Hold{Took: 3 * time.Second, End: receipt.HoldContinued})
	}})
	if err := cmd.Decide(ctx, log); err != nil {
		panic(err)
	}

	r, _ := recorder.Receipt()
	last := r.Last()
	fmt.Printf("appended %s, position %d\n", last.Wanted[0].Type, last.Wanted[0].Position)
	fmt.Println("held for", last.Hold.Took, last.Hold.End)
	// Output:
	// wants Taken, position 0
	// appended Taken, position 2
	// held for 3s continued
}

// Somebody else makes the context of the decision, and takes the trace along.
func ExampleRecorder_Trace() {
	log, _, done := openExample(opened{"blue", 2})
	defer done()

	cmd := take{Room: "blue", Who: "ada"}
	_, recorder := receipt.Record(context.Background(), cmd, "Ada wants a seat")
	ctx := dcb.WithTrace(context.Background(), recorder.Trace())
	if err := cmd.Decide(ctx, log); err != nil {
		panic(err)
	}
	r, ended := recorder.Receipt()
	fmt.Println(ended, r.Outcome())
	// Output: true appended
}

// The database fails over while Ada decides, and the log loses its last events. Her first
// attempt knew of guests that the log no longer has, so only her second one counts.
func ExampleSinceStart() {
	ctx := context.Background()
	log, pool, done := openExample(opened{"blue", 3}, taken{"blue", "kofi"}, taken{"blue", "lena"})
	defer done()

	r := recorded(afterDeciding(ctx, func() {
		for _, sql := range []string{
			`delete from dcb_event_tag where position > 1`,
			`delete from dcb_event where position > 1`,
		} {
			if _, err := pool.Exec(ctx, sql); err != nil {
				panic(err)
			}
		}
		happened(log, taken{"blue", "mei"})
	}), log, take{Room: "blue", Who: "ada"})

	for i, attempt := range r.Attempts {
		fmt.Printf("attempt %d knew %s; void: %t\n", i+1, inWords(attempt.Knew), r.IsVoid(i))
	}
	fmt.Println("attempts that count:", len(receipt.SinceStart(r.Attempts)))
	fmt.Println(r.Outcome(), "at", r.Last().Wanted[0].Position)
	// Output:
	// attempt 1 knew seats: 3, guests: [kofi lena]; void: true
	// attempt 2 knew seats: 3, guests: [mei]; void: false
	// attempts that count: 1
	// appended at 3
}

// Receipts are listed by what the decisions were about, and by how they ended. Decisions of a
// race are left out, unless they are asked for.
func ExampleStore() {
	ctx := context.Background()
	log, pool, done := openExample(opened{"blue", 1}, opened{"green", 100})
	defer done()
	store := receipt.NewStore(pool)

	race := dcb.WithCorrelationID(ctx, "race-aaaaaaaaaa")
	saved(ctx, store, log, take{Room: "blue", Who: "ada"})
	saved(ctx, store, log, take{Room: "blue", Who: "kofi"}) // there is no seat left
	saved(ctx, store, log, take{Room: "green", Who: "kofi"})
	saved(race, store, log, take{Room: "green", Who: "lena"})
	saved(race, store, log, take{Room: "green", Who: "mei"})

	list := func(name string, receipts []receipt.Receipt, err error) {
		if err != nil {
			panic(err)
		}
		fmt.Println(name + ":")
		for _, r := range receipts {
			fmt.Printf("  %s: %s, about %s\n", r.Title, r.Outcome(), r.About())
			if race, is := r.Race(); is {
				fmt.Println("    in race", race)
			}
		}
	}
	latest, err := store.Latest(ctx, receipt.Filter{}, 2)
	list("latest", latest, err)
	earlier, err := store.Before(ctx, receipt.Filter{}, latest[1].ID, 2)
	list("before those", earlier, err)
	later, err := store.After(ctx, receipt.Filter{Races: true}, latest[0].ID, 10)
	list("after those, with races", later, err)
	refused, err := store.Latest(ctx, receipt.Filter{Kind: receipt.KindRefused, About: dcb.NewTags("room", "blue")}, 10)
	list("refused in the blue room", refused, err)
	// Output:
	// latest:
	//   kofi wants a seat: appended, about [room:green]
	//   kofi wants a seat: refused, about [room:blue]
	// before those:
	//   ada wants a seat: appended, about [room:blue]
	// after those, with races:
	//   mei wants a seat: appended, about [room:green]
	//     in race aaaaaaaaaa
	//   lena wants a seat: appended, about [room:green]
	//     in race aaaaaaaaaa
	// refused in the blue room:
	//   kofi wants a seat: refused, about [room:blue]
}

// A page with links to receipts asks which of them are still there.
func ExampleStore_Find() {
	ctx := context.Background()
	log, pool, done := openExample(opened{"blue", 1})
	defer done()
	store := receipt.NewStore(pool)

	r := recorded(ctx, log, take{Room: "blue", Who: "ada"})
	if err := store.Save(ctx, r); err != nil {
		panic(err)
	}
	ids := []string{r.ID, "aaaaaaaaaa"}
	kept, err := store.Kept(ctx, ids)
	fmt.Println(len(kept), "of", len(ids), "kept", err)
	titles, err := store.Titles(ctx, ids)
	fmt.Println(titles[ids[0]], err)
	_, err = store.Find(ctx, ids[1])
	fmt.Println(err, errors.Is(err, receipt.ErrNotFound))
	// Output:
	// 1 of 2 kept <nil>
	// ada wants a seat <nil>
	// there is no such receipt true
}

// Trim removes receipts of refused decisions first, even if others are older. A pinned
// receipt stays, whatever its outcome.
func ExampleStore_Trim() {
	ctx := context.Background()
	log, pool, done := openExample(opened{"blue", 1})
	defer done()
	store := receipt.NewStore(pool)

	receipts := map[string]receipt.Receipt{}
	for _, who := range []string{"ada", "kofi", "lena"} { // Ada gets the only seat
		receipts[who] = saved(ctx, store, log, take{Room: "blue", Who: who})
	}
	trim := func() {
		removed, err := store.Trim(ctx, 1, 0)
		if err != nil {
			panic(err)
		}
		left, err := store.Latest(ctx, receipt.Filter{}, 10)
		if err != nil {
			panic(err)
		}
		fmt.Println("removed", removed)
		for _, r := range left {
			isPinned, err := store.IsPinned(ctx, r.ID)
			if err != nil {
				panic(err)
			}
			fmt.Printf("  left: %s, %s, pinned: %t\n", r.Title, r.Outcome(), isPinned)
		}
	}
	for _, pin := range []bool{true, false} {
		if err := store.Pin(ctx, receipts["kofi"].ID, pin); err != nil {
			panic(err)
		}
		trim()
	}
	// Output:
	// removed 1
	//   left: kofi wants a seat, refused, pinned: true
	//   left: ada wants a seat, appended, pinned: false
	// removed 1
	//   left: ada wants a seat, appended, pinned: false
}

// How many events did others append between a decision's read and its own append? Here one
// decision sent two appends, because the first met a conflict. The other decision was
// refused, and sent none.
func ExampleStore_LatestAppends() {
	ctx := context.Background()
	log, pool, done := openExample(opened{"blue", 2})
	defer done()
	store := receipt.NewStore(pool)

	faster := afterDeciding(ctx, func() { happened(log, taken{"green", "mei"}, taken{"blue", "kofi"}) })
	saved(faster, store, log, take{Room: "blue", Who: "ada"})
	saved(ctx, store, log, take{Room: "blue", Who: "lena"}) // there is no seat left

	appends, decisions, err := store.LatestAppends(ctx, "take", 100)
	if err != nil {
		panic(err)
	}
	fmt.Println("decisions:", decisions)
	for _, a := range appends {
		fmt.Printf("%s: read up to %d, events in between: %d\n", a.Boundary[0].Tags, a.After, a.Before-a.After-1)
	}
	// Output:
	// decisions: 2
	// [room:blue]: read up to 1, events in between: 2
	// [room:blue]: read up to 3, events in between: 0
}

// openExample opens a log in a database of its own, with some facts in it.
func openExample(facts ...dcb.Fact) (log *dcb.Store, pool *pgxpool.Pool, done func()) {
	pool = pgtest.Open()
	log, err := dcb.NewEventStore(context.Background(), pool)
	if err != nil {
		panic(err)
	}
	happened(log, facts...)
	return log, pool, func() {
		log.Close()
		pool.Close()
	}
}

// happened appends facts, on no condition.
func happened(log *dcb.Store, facts ...dcb.Fact) {
	events, err := dcb.Encode(facts)
	if err != nil {
		panic(err)
	}
	if _, err := log.AppendEvents(context.Background(), events, dcb.Query{}, 0); err != nil {
		panic(err)
	}
}

// afterDeciding returns a context that calls do once: when a decision has been made for
// the first time, and before its append.
func afterDeciding(ctx context.Context, do func()) context.Context {
	once := sync.OnceFunc(do)
	return dcb.WithTrace(ctx, &dcb.Trace{Decided: func(dcb.TraceDecided) { once() }})
}

// recorded makes a decision and returns its receipt.
func recorded(ctx context.Context, log *dcb.Store, cmd take) receipt.Receipt {
	ctx, recorder := receipt.Record(ctx, cmd, cmd.Who+" wants a seat")
	_ = cmd.Decide(ctx, log) // the receipt says how it went
	r, ended := recorder.Receipt()
	if !ended {
		panic("the decision was called off")
	}
	return r
}

// saved makes a decision, saves its receipt, and returns that.
func saved(ctx context.Context, store *receipt.Store, log *dcb.Store, cmd take) receipt.Receipt {
	r := recorded(ctx, log, cmd)
	if err := store.Save(ctx, r); err != nil {
		panic(err)
	}
	return r
}

// inWords says what an attempt knew.
func inWords(knew []receipt.Known) string {
	words := make([]string, len(knew))
	for i, k := range knew {
		words[i] = k.Name + ": " + k.Value
		if k.Items != nil { // a list
			var items []string
			for _, item := range k.Items {
				items = append(items, item[0].Value)
			}
			words[i] = fmt.Sprint(k.Name, ": ", items)
		}
	}
	return strings.Join(words, ", ")
}
