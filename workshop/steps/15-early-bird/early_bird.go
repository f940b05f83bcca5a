// Package earlybird is a variant: a price that holds only for whoever is early.
package earlybird

import (
	"context"
	"errors"

	"go-crablet/dcb"
)

// The first tickets of a concert cost less than the others.
const (
	EarlyBirds = 20 // how many tickets cost the early price
	EarlyPrice = 30
	FullPrice  = 45
)

// ErrEarlyPriceIsOver refuses a ticket to whoever asked for it at the early price when that is over. They
// may ask again at the full price.
var ErrEarlyPriceIsOver = errors.New("the early price is over")

// TicketSold says that somebody has a ticket for a concert, and what it cost. Nobody gives a ticket back.
type TicketSold struct {
	Concert string `json:"concert"`
	Buyer   string `json:"buyer"`
	Price   int    `json:"price"`
}

// EventType implements [dcb.Fact].
func (TicketSold) EventType() string { return "TicketSold" }

// Tags implements [dcb.Fact].
func (e TicketSold) Tags() dcb.Tags { return dcb.NewTags("concert", e.Concert, "buyer", e.Buyer) }

// BuyTicket sells one ticket for a concert.
type BuyTicket struct {
	Concert string
	Buyer   string
	Seen    int // the price on the page that the buyer saw; the page may be behind
}

// sale is all that the decision knows.
type sale struct {
	sold int // tickets of this concert
}

// Sold is how many tickets of a concert were sold, at whatever price.
func Sold(concert string) dcb.Projection[int] {
	//workshop:write count the tickets
	return dcb.Project(0, dcb.NewTags("concert", concert),
		dcb.On(func(sold int, _ TicketSold) int { return sold + 1 }))
	//workshop:instead
	// return dcb.Project(0, dcb.NewTags("concert", concert))
	//workshop:end
}

// Decide carries the command out.
func (cmd BuyTicket) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

func (cmd BuyTicket) boundary(s *sale) dcb.Boundary {
	return dcb.Boundary{
		//workshop:write what the price depends on
		dcb.Into(&s.sold, Sold(cmd.Concert)),
		//workshop:instead
		//workshop:end
	}
}

func (cmd BuyTicket) decide(s sale) ([]dcb.Fact, error) {
	price := EarlyPrice
	//workshop:write the first tickets cost EarlyPrice, and the others FullPrice; nobody pays more than the price seen
	if s.sold >= EarlyBirds {
		price = FullPrice
	}
	if price > cmd.Seen {
		return nil, ErrEarlyPriceIsOver
	}
	//workshop:instead
	//workshop:end
	return dcb.Facts(TicketSold{Concert: cmd.Concert, Buyer: cmd.Buyer, Price: price}), nil
}
