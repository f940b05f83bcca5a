package idempotency

import (
	"context"
	"errors"
	"fmt"

	"go-crablet/dcb"
)

// An OrderID names an order. The server makes it.
type OrderID string

// A Token names one intention to order. The client makes it, at random.
type Token string

// ErrNoToken refuses a request without a token: all such requests would be one.
var ErrNoToken = errors.New("the request has no idempotency token")

// AlreadyPlaced refuses a repetition, and names the order that was placed.
type AlreadyPlaced struct{ Order OrderID }

// Error implements error.
func (e AlreadyPlaced) Error() string { return fmt.Sprintf("this was ordered already, as %s", e.Order) }

// OrderPlaced says that an order was placed, by the request with this token.
type OrderPlaced struct {
	Order OrderID `json:"order_id"`
	Token Token   `json:"idempotency_token"`
}

// EventType implements [dcb.Fact].
func (OrderPlaced) EventType() string { return "OrderPlaced" }

// Tags implements [dcb.Fact].
func (e OrderPlaced) Tags() dcb.Tags {
	return append(dcb.NewTags("order_id", string(e.Order)), e.Token.tags()...)
}

func (token Token) tags() dcb.Tags { return dcb.NewTags("idempotency_token", string(token)) }

// PlacedWith is the order that was placed with a token, or "" if there is none.
func PlacedWith(token Token) dcb.Projection[OrderID] {
	return dcb.Project(OrderID(""), token.tags(),
		dcb.On(func(_ OrderID, e OrderPlaced) OrderID { return e.Order }))
}

// PlaceOrder asks for an order.
type PlaceOrder struct {
	Order OrderID
	Token Token
}

// Decide carries the command out.
func (cmd PlaceOrder) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

func (cmd PlaceOrder) boundary(placed *OrderID) dcb.Boundary {
	return dcb.Boundary{dcb.Into(placed, PlacedWith(cmd.Token))}
}

func (cmd PlaceOrder) decide(placed OrderID) ([]dcb.Fact, error) {
	switch {
	case cmd.Token == "":
		return nil, ErrNoToken
	case placed != "":
		return nil, AlreadyPlaced{Order: placed}
	}
	return dcb.Facts(OrderPlaced{Order: cmd.Order, Token: cmd.Token}), nil
}
