package invoice_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/examples/internal/race"
	. "go-crablet/examples/invoice"
)

func TestCreateInvoice(t *testing.T) {
	t.Parallel()
	first := InvoiceCreated{Number: 1, Data: Data{"foo": "bar"}}
	second := InvoiceCreated{Number: 2, Data: Data{"bar": "baz"}}
	t.Run("gives the first invoice the number 1", func(t *testing.T) {
		t.Parallel()
		dcbtest.Given(t).When(CreateInvoice{Data: Data{"foo": "bar"}}).Then(first)
	})
	t.Run("gives the second invoice the number 2", func(t *testing.T) {
		t.Parallel()
		dcbtest.Given(t, first).When(CreateInvoice{Data: Data{"bar": "baz"}}).Then(second)
	})
	t.Run("goes on from the last invoice", func(t *testing.T) {
		t.Parallel()
		dcbtest.Given(t, first, second, paid{Invoice: 1}).
			When(CreateInvoice{}).Then(InvoiceCreated{Number: 3}).
			When(CreateInvoice{}).Then(InvoiceCreated{Number: 4})
	})
}

func TestCreatingAnInvoiceLooksAtEveryInvoice(t *testing.T) {
	t.Parallel()
	dcbtest.Given(t, InvoiceCreated{Number: 1}).When(CreateInvoice{}).
		Then(InvoiceCreated{Number: 2}).
		ConflictsWith(InvoiceCreated{Number: 2}, InvoiceCreated{Number: 70}).
		IgnoresMeanwhile(paid{Invoice: 1})
}

// paid is another fact about an invoice.
type paid struct{ Invoice int }

func (paid) EventType() string { return "InvoicePaid" }
func (e paid) Tags() dcb.Tags  { return InvoiceCreated{Number: e.Invoice}.Tags() }

// told creates an invoice, and remembers its number.
type told struct {
	CreateInvoice
	numbers *sync.Map
}

func (cmd told) Decide(ctx context.Context, log dcb.Log) error {
	number, err := cmd.Create(ctx, log)
	if _, twice := cmd.numbers.LoadOrStore(number, true); twice && err == nil {
		return errTwice
	}
	return err
}

var errTwice = errors.New("another caller got this number, too")

func TestTwentyInvoicesAtOnceHaveTheNumbersFrom1To20(t *testing.T) {
	t.Parallel()
	twenty := func() (r race.Race) {
		var numbers sync.Map
		for range 20 {
			r.Commands = append(r.Commands, told{numbers: &numbers})
		}
		return r
	}
	result := twenty().Run(t)
	require.Equal(t, map[string]int{race.Won: 20}, result.Outcomes, "each caller got another number")
	require.Equal(t, 20, len(result.Events))
	for i, e := range result.Events {
		var stored InvoiceCreated
		require.NoError(t, json.Unmarshal(e.Data, &stored))
		require.Equal(t, i+1, stored.Number)
	}
	require.Equal(t, map[string]int{race.Won: 1, errTwice.Error(): 19}, twenty().RunWithoutCondition(t).Outcomes)
}
