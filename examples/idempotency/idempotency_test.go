package idempotency_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb/dcbtest"
	. "go-crablet/examples/idempotency"
	"go-crablet/examples/internal/race"
)

var placed = OrderPlaced{Order: "o12345", Token: "11111"}

func TestPlaceOrder(t *testing.T) {
	t.Parallel()
	t.Run("places an order with a new token", func(t *testing.T) {
		t.Parallel()
		dcbtest.Given(t, placed).
			When(PlaceOrder{Order: "o54321", Token: "22222"}).
			Then(OrderPlaced{Order: "o54321", Token: "22222"})
	})
	t.Run("is refused when the token was used, and says for which order", func(t *testing.T) {
		t.Parallel()
		dcbtest.Given(t, placed).
			When(PlaceOrder{Order: "o54321", Token: "11111"}).
			ThenRefused(AlreadyPlaced{Order: "o12345"})
	})
	t.Run("is refused without a token", func(t *testing.T) {
		t.Parallel()
		dcbtest.Given(t).When(PlaceOrder{Order: "o54321"}).ThenRefused(ErrNoToken)
	})
}

func TestPlacingAnOrderLooksAtItsToken(t *testing.T) {
	t.Parallel()
	dcbtest.Given(t).When(PlaceOrder{Order: "o54321", Token: "22222"}).
		Then(OrderPlaced{Order: "o54321", Token: "22222"}).
		ConflictsWith(OrderPlaced{Order: "o99999", Token: "22222"}).
		IgnoresMeanwhile(placed)
}

func TestOfTwentyRequestsWithOneTokenOnePlacesTheOrder(t *testing.T) {
	t.Parallel()
	twenty := race.Race{}
	for i := range 20 {
		twenty.Commands = append(twenty.Commands, PlaceOrder{Order: OrderID(fmt.Sprint("o", i)), Token: "11111"})
	}
	result := twenty.Run(t)
	require.NotEmpty(t, result.Events)
	var winner OrderPlaced
	require.NoError(t, json.Unmarshal(result.Events[0].Data, &winner))
	require.Equal(t, map[string]int{race.Won: 1, AlreadyPlaced{Order: winner.Order}.Error(): 19}, result.Outcomes)
	require.Equal(t, map[string]int{race.Won: 20}, twenty.RunWithoutCondition(t).Outcomes)
}
