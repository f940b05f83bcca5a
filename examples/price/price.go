package price

import (
	"context"
	"errors"
	"slices"
	"time"

	"go-crablet/dcb"
)

// GracePeriod is how long a price is valid after it was changed.
const GracePeriod = 10 * time.Minute

// ErrNothingOrdered refuses an order of no products.
var ErrNothingOrdered = errors.New("the order names no product")

// ErrPriceInvalid refuses an order at a price that a product never had, or no longer has.
var ErrPriceInvalid = errors.New("a price is not valid, or no longer")

// A ProductID names a product.
type ProductID string

// An Item is a product and its price, in cents.
type Item struct {
	Product ProductID `json:"product_id"`
	Price   int       `json:"price"`
}

func (i Item) tags() dcb.Tags { return dcb.NewTags("product_id", string(i.Product)) }

// ProductDefined says that a product is on offer, at a price.
type ProductDefined struct{ Item }

// ProductPriceChanged says that a product has another price from now on.
type ProductPriceChanged struct{ Item }

// ProductsOrdered says that products were ordered, at these prices.
type ProductsOrdered struct {
	Items []Item `json:"items"`
}

// EventType implements [dcb.Fact].
func (ProductDefined) EventType() string { return "ProductDefined" }

// EventType implements [dcb.Fact].
func (ProductPriceChanged) EventType() string { return "ProductPriceChanged" }

// EventType implements [dcb.Fact].
func (ProductsOrdered) EventType() string { return "ProductsOrdered" }

// Tags implements [dcb.Fact].
func (e ProductDefined) Tags() dcb.Tags { return e.tags() }

// Tags implements [dcb.Fact].
func (e ProductPriceChanged) Tags() dcb.Tags { return e.tags() }

// Tags implements [dcb.Fact].
func (e ProductsOrdered) Tags() dcb.Tags { return slices.Concat(tagsOf(e.Items)...) }

func tagsOf(items []Item) (all []dcb.Tags) {
	for _, item := range items {
		all = append(all, item.tags())
	}
	return all
}

// Prices are the valid prices of the products of these items at this time.
func Prices(items []Item, now time.Time) dcb.Projection[map[ProductID][]int] {
	return dcb.ProjectAny(map[ProductID][]int{}, tagsOf(items),
		dcb.On(func(valid map[ProductID][]int, e ProductDefined) map[ProductID][]int {
			valid[e.Product] = []int{e.Price}
			return valid
		}),
		dcb.OnEvent(func(valid map[ProductID][]int, e ProductPriceChanged, stored dcb.Event) map[ProductID][]int {
			if now.Sub(stored.RecordedAt) > GracePeriod {
				valid[e.Product] = nil
			}
			valid[e.Product] = append(valid[e.Product], e.Price)
			return valid
		}))
}

// OrderProducts asks for products at the prices that were shown.
type OrderProducts struct {
	Items []Item
	Now   time.Time
}

// Decide carries the command out.
func (cmd OrderProducts) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

func (cmd OrderProducts) boundary(valid *map[ProductID][]int) dcb.Boundary {
	return dcb.Boundary{dcb.Into(valid, Prices(cmd.Items, cmd.Now))}
}

func (cmd OrderProducts) decide(valid map[ProductID][]int) ([]dcb.Fact, error) {
	invalid := func(item Item) bool { return !slices.Contains(valid[item.Product], item.Price) }
	switch {
	case len(cmd.Items) == 0:
		return nil, ErrNothingOrdered
	case slices.ContainsFunc(cmd.Items, invalid):
		return nil, ErrPriceInvalid
	}
	return dcb.Facts(ProductsOrdered{Items: cmd.Items}), nil
}
