package invoice_test

import (
	"context"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/examples/invoice"
	"go-crablet/internal/pgtest"
)

func Example() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer store.Close()

	fmt.Println(invoice.CreateInvoice{Data: invoice.Data{"for": "tea"}}.Create(ctx, store))
	fmt.Println(invoice.CreateInvoice{Data: invoice.Data{"for": "cake"}}.Create(ctx, store))
	// Output:
	// 1 <nil>
	// 2 <nil>
}
