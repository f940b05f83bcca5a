package price_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/examples/internal/race"
	. "go-crablet/examples/price"
)

var now = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func at(product ProductID, price int) Item { return Item{Product: product, Price: price} }

func minutesAgo(n time.Duration, fact dcb.Fact) dcb.Fact {
	return dcbtest.At(now.Add(-n*time.Minute), fact)
}

func TestOrderProducts(t *testing.T) {
	t.Parallel()
	defined := minutesAgo(20, ProductDefined{at("p1", 123)})
	changedTo := func(price int, minutes time.Duration) dcb.Fact {
		return minutesAgo(minutes, ProductPriceChanged{at("p1", price)})
	}
	tests := []struct {
		name    string
		given   []dcb.Fact
		items   []Item
		refused error
	}{
		{name: "takes the price", given: dcb.Facts(minutesAgo(0, ProductDefined{at("p1", 123)})), items: []Item{at("p1", 123)}},
		{name: "is refused at a price that it does not have", given: dcb.Facts(minutesAgo(0, ProductDefined{at("p1", 123)})), items: []Item{at("p1", 100)}, refused: ErrPriceInvalid},
		{name: "takes a price from long ago that was never changed", given: dcb.Facts(defined), items: []Item{at("p1", 123)}},
		{name: "is refused at a price that it never had", given: dcb.Facts(defined), items: []Item{at("p1", 100)}, refused: ErrPriceInvalid},
		{name: "takes the old price 9 minutes after the change", given: dcb.Facts(defined, changedTo(134, 9)), items: []Item{at("p1", 123)}},
		{name: "takes the new price 9 minutes after the change", given: dcb.Facts(defined, changedTo(134, 9)), items: []Item{at("p1", 134)}},
		{name: "takes the old price 10 minutes after the change", given: dcb.Facts(defined, changedTo(134, 10)), items: []Item{at("p1", 123)}},
		{name: "is refused at the old price 20 minutes after the change", given: dcb.Facts(defined, changedTo(134, 20)), items: []Item{at("p1", 123)}, refused: ErrPriceInvalid},
		{name: "takes several products", given: dcb.Facts(defined, changedTo(134, 9), minutesAgo(8, ProductDefined{at("p2", 321)})), items: []Item{at("p1", 123), at("p2", 321)}},

		{name: "takes the price of ten minutes ago after several changes", given: dcb.Facts(defined, changedTo(134, 15), changedTo(145, 5), changedTo(156, 1)), items: []Item{at("p1", 134)}},
		{name: "is refused at the price before that", given: dcb.Facts(defined, changedTo(134, 15), changedTo(145, 5), changedTo(156, 1)), items: []Item{at("p1", 123)}, refused: ErrPriceInvalid},
		{name: "is refused as a whole when one price is not valid", given: dcb.Facts(defined, minutesAgo(8, ProductDefined{at("p2", 321)})), items: []Item{at("p1", 123), at("p2", 300)}, refused: ErrPriceInvalid},
		{name: "is refused at the price of another product", given: dcb.Facts(defined, minutesAgo(8, ProductDefined{at("p2", 321)})), items: []Item{at("p2", 123)}, refused: ErrPriceInvalid},
		{name: "is refused when there is no such product", items: []Item{at("p1", 0)}, refused: ErrPriceInvalid},
		{name: "is refused when it names no product", given: dcb.Facts(defined), refused: ErrNothingOrdered},
		{name: "takes a product twice", given: dcb.Facts(defined), items: []Item{at("p1", 123), at("p1", 123)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			decision := dcbtest.Given(t, test.given...).When(OrderProducts{Items: test.items, Now: now})
			if test.refused != nil {
				decision.ThenRefused(test.refused)
				return
			}
			decision.Then(ProductsOrdered{Items: test.items})
		})
	}
}

func TestOrderingLooksAtThePricesOfItsProducts(t *testing.T) {
	t.Parallel()
	dcbtest.Given(t, ProductDefined{at("p1", 123)}, ProductDefined{at("p2", 321)}).
		When(OrderProducts{Items: []Item{at("p1", 123), at("p2", 321)}, Now: time.Now()}).
		Then(ProductsOrdered{Items: []Item{at("p1", 123), at("p2", 321)}}).
		ConflictsWith(ProductPriceChanged{at("p1", 1)}, ProductPriceChanged{at("p2", 2)}, ProductDefined{at("p2", 3)}).
		IgnoresMeanwhile(ProductPriceChanged{at("p3", 1)}, ProductsOrdered{Items: []Item{at("p1", 123)}})
}

// The second product gets another price when all have decided. The commands say that this was
// twenty minutes ago, so the old price is not valid any more.
func TestOfThirtyOrdersTenAreAcceptedWhenAPriceChanges(t *testing.T) {
	t.Parallel()
	later := time.Now().Add(20 * time.Minute)
	thirty := race.Race{
		Given:     dcb.Facts(ProductDefined{at("p1", 123)}, ProductDefined{at("p2", 321)}),
		Meanwhile: dcb.Facts(ProductPriceChanged{at("p2", 345)}),
	}
	for range 10 {
		thirty.Commands = append(thirty.Commands,
			OrderProducts{Items: []Item{at("p1", 123)}, Now: later},
			OrderProducts{Items: []Item{at("p2", 321)}, Now: later},
			OrderProducts{Items: []Item{at("p1", 123), at("p2", 321)}, Now: later})
	}
	require.Equal(t, map[string]int{race.Won: 10, ErrPriceInvalid.Error(): 20}, thirty.Run(t).Outcomes)
	require.Equal(t, map[string]int{race.Won: 30}, thirty.RunWithoutCondition(t).Outcomes)
}
