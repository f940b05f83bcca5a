// Package once is the eighth step: a request that arrives twice is carried out once.
package once

import (
	"context"
	"errors"

	"go-crablet/dcb"
)

// ErrOtherRequest refuses a request whose key was used for something else.
var ErrOtherRequest = errors.New("this key belongs to another request")

// TicketSold says that somebody has one more ticket for a concert. A buyer may have several.
type TicketSold struct {
	Concert string `json:"concert"`
	Buyer   string `json:"buyer"`
}

// EventType implements [dcb.Fact].
func (TicketSold) EventType() string { return "TicketSold" }

// Tags implements [dcb.Fact].
func (e TicketSold) Tags() dcb.Tags { return dcb.NewTags("concert", e.Concert, "buyer", e.Buyer) }

// A Request is the key of one request. A browser sends the same key when it sends a form again.
type Request string

// Tag is carried by what follows from the request.
func (r Request) Tag() dcb.Tag { return dcb.NewTags("request", string(r))[0] }

// Earlier is what was sold to a request before, or the zero value.
func Earlier(r Request) dcb.Projection[TicketSold] {
	return dcb.Project(TicketSold{}, dcb.Tags{r.Tag()},
		dcb.On(func(_ TicketSold, e TicketSold) TicketSold { return e }))
}

// BuyTicket sells one ticket for a concert.
type BuyTicket struct {
	Concert string
	Buyer   string
	Request Request
}

// sale is all that the decision knows.
type sale struct {
	earlier TicketSold // what this request was sold before
}

// Decide carries the command out.
func (cmd BuyTicket) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

func (cmd BuyTicket) boundary(s *sale) dcb.Boundary {
	return dcb.Boundary{
		//workshop:write look for what this request was sold before
		dcb.Into(&s.earlier, Earlier(cmd.Request)),
		//workshop:instead
		//workshop:end
	}
}

func (cmd BuyTicket) decide(s sale) ([]dcb.Fact, error) {
	sold := TicketSold{Concert: cmd.Concert, Buyer: cmd.Buyer}
	switch {
	//workshop:write the same sale again is nothing to do, and the key of another sale is refused
	case s.earlier == sold:
		return nil, nil
	case s.earlier != (TicketSold{}):
		return nil, ErrOtherRequest
		//workshop:instead
		//workshop:end
	}
	//workshop:write store the sale with the tag of the request
	return dcb.WithTags(dcb.Facts(sold), cmd.Request.Tag()), nil
	//workshop:instead
	// return dcb.Facts(sold), nil
	//workshop:end
}
