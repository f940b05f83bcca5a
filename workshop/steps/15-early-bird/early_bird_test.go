package earlybird

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/internal/pgtest"
	"go-crablet/workshop/proof"
)

// sold returns the facts that so many tickets of a concert were sold at the early price.
func sold(concert string, tickets int) (facts []dcb.Fact) {
	for i := range tickets {
		facts = append(facts, TicketSold{Concert: concert, Buyer: fmt.Sprint("buyer-", i+1), Price: EarlyPrice})
	}
	return facts
}

func buys(buyer string, seen int) BuyTicket {
	return BuyTicket{Concert: "spring", Buyer: buyer, Seen: seen}
}

// pays returns the fact that Ada has a ticket for the concert in spring at this price.
func pays(price int) dcb.Fact { return TicketSold{Concert: "spring", Buyer: "ada", Price: price} }

func TestTheFirstTicketIsEarly(t *testing.T) {
	dcbtest.Given(t).When(buys("ada", EarlyPrice)).Then(pays(EarlyPrice))
}

func TestTheTwentiethTicketIsEarly(t *testing.T) {
	dcbtest.Given(t, sold("spring", 19)...).When(buys("ada", EarlyPrice)).Then(pays(EarlyPrice))
}

func TestTheTwentyFirstTicketCostsTheFullPrice(t *testing.T) {
	dcbtest.Given(t, sold("spring", 20)...).When(buys("ada", FullPrice)).Then(pays(FullPrice))
}

func TestNobodyPaysMoreThanThePageShowed(t *testing.T) {
	dcbtest.Given(t, sold("spring", 20)...).When(buys("ada", EarlyPrice)).ThenRefused(ErrEarlyPriceIsOver)
}

func TestOtherConcertsDoNotCount(t *testing.T) {
	dcbtest.Given(t, sold("autumn", 20)...).When(buys("ada", EarlyPrice)).Then(pays(EarlyPrice))
}

func TestOtherConcertsAreIgnoredMeanwhile(t *testing.T) {
	dcbtest.Given(t, sold("spring", 19)...).When(buys("ada", EarlyPrice)).IgnoresMeanwhile(sold("autumn", 1)...)
}

// open returns an event store on PostgreSQL, with facts that have happened.
func open(t *testing.T, facts ...dcb.Fact) *dcb.Store {
	t.Helper()
	store, err := dcb.NewEventStore(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	proof.Happen(t, store, facts...)
	return store
}

// tickets returns how many tickets were sold at each price.
func tickets(t *testing.T, log dcb.Log) (early, full int) {
	t.Helper()
	events, _, err := log.ReadSince(t.Context(), dcb.NewQuery(nil, "TicketSold"), dcb.Checkpoint{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		var ticket TicketSold
		if err := json.Unmarshal(e.Data, &ticket); err != nil {
			t.Fatal(err)
		}
		if ticket.Price == EarlyPrice {
			early++
		} else {
			full++
		}
	}
	return early, full
}

// Both have decided before one of them appends.
func TestTheTwentiethEarlyBirdIsSoldOnce(t *testing.T) {
	store := open(t, sold("spring", 19)...)
	log, answers := proof.MeetingAt(store, 2), make([]error, 2)
	var buyers sync.WaitGroup
	for i, buyer := range []string{"ada", "kofi"} {
		buyers.Go(func() { answers[i] = buys(buyer, EarlyPrice).Decide(t.Context(), log) })
	}
	buyers.Wait()
	switch early, full := tickets(t, store); {
	case early != 20:
		t.Errorf("19 tickets were sold. Ada and Kofi asked at once for one more at the early price. Now %d tickets are early, and 20 should be.", early)
	case full != 0:
		t.Error("Ada and Kofi saw the early price. One of them was late, and paid the full price without a word.")
	case !errors.Is(errors.Join(answers...), ErrEarlyPriceIsOver):
		t.Errorf("Ada or Kofi has no ticket, and should hear that the early price is over. They were told: %v", answers)
	}
}
