package once

import (
	"errors"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/workshop/proof"
)

var (
	buy  = BuyTicket{Concert: "spring", Buyer: "ada", Request: "key-1"}
	sold = TicketSold{Concert: "spring", Buyer: "ada"}
)

// soldAfter decides the commands one after the other, and returns how many tickets were sold.
func soldAfter(t *testing.T, commands ...BuyTicket) int {
	t.Helper()
	log := &dcbtest.Memory{}
	for _, cmd := range commands {
		if err := cmd.Decide(t.Context(), log); err != nil {
			t.Errorf("%s asked for a ticket with the key %s, and was told: %v", cmd.Buyer, cmd.Request, err)
		}
	}
	return proof.Count(t, log, dcb.NewQuery(nil, "TicketSold"))
}

func TestTheSameRequestTwiceIsOneTicket(t *testing.T) {
	if tickets := soldAfter(t, buy, buy); tickets != 1 {
		t.Errorf("Ada pressed the button twice, and the browser sent one request twice. She paid for %d tickets.", tickets)
	}
}

func TestTwoRequestsAreTwoTickets(t *testing.T) {
	again := buy
	again.Request = "key-2"
	if tickets := soldAfter(t, buy, again); tickets != 2 {
		t.Errorf("Ada wanted one more ticket, and sent a new request. She has %d tickets.", tickets)
	}
}

// Both have decided before one of them appends.
func TestTheSameRequestAtTheSameTimeIsOneTicket(t *testing.T) {
	arrives := dcb.WithTags(dcb.Facts(sold), buy.Request.Tag())
	dcbtest.Given(t).When(buy).ConflictsWith(arrives...)
}

func TestAKeyOfAnotherRequestIsRefused(t *testing.T) {
	log := &dcbtest.Memory{}
	kofi := BuyTicket{Concert: "autumn", Buyer: "kofi", Request: buy.Request}
	first, second := buy.Decide(t.Context(), log), kofi.Decide(t.Context(), log)
	switch {
	case first != nil:
		t.Errorf("Ada wants a ticket, and nobody has used her key before. She was told: %v", first)
	case second == nil:
		t.Error("Ada bought a ticket with key-1. Kofi used the same key for another concert, and was told yes. He believes that he has a ticket, and should hear ErrOtherRequest.")
	case !errors.Is(second, ErrOtherRequest):
		t.Errorf("Ada bought a ticket with key-1. Kofi used the same key for another concert. He should hear ErrOtherRequest, and heard: %v", second)
	}
}

func TestOtherBuyersAreIgnoredMeanwhile(t *testing.T) {
	other := dcb.WithTags(dcb.Facts(TicketSold{Concert: "spring", Buyer: "kofi"}), Request("key-9").Tag())
	dcbtest.Given(t).When(buy).IgnoresMeanwhile(other...)
}
