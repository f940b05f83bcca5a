package invoice

import (
	"context"
	"strconv"

	"go-crablet/dcb"
)

// Data is the content of an invoice. Its number does not depend on it.
type Data map[string]string

// InvoiceCreated says that an invoice has this number.
type InvoiceCreated struct {
	Number int  `json:"invoice_number"`
	Data   Data `json:"invoice_data"`
}

// EventType implements [dcb.Fact].
func (InvoiceCreated) EventType() string { return "InvoiceCreated" }

// Tags implements [dcb.Fact].
func (e InvoiceCreated) Tags() dcb.Tags { return dcb.NewTags("invoice", strconv.Itoa(e.Number)) }

// LastNumber is the number of the last invoice, or 0 if there is none. It names no tag, so it
// looks at every invoice.
func LastNumber() dcb.Projection[int] {
	return dcb.Project(0, nil,
		dcb.On(func(_ int, e InvoiceCreated) int { return e.Number }))
}

// CreateInvoice asks for an invoice with the next number.
type CreateInvoice struct{ Data Data }

// Create creates the invoice, and returns its number.
func (cmd CreateInvoice) Create(ctx context.Context, log dcb.Log) (number int, err error) {
	number, _, err = dcb.DecideValue(ctx, log, cmd.boundary, cmd.decide)
	return number, err
}

// Decide is [CreateInvoice.Create] for a caller who does not ask for the number.
func (cmd CreateInvoice) Decide(ctx context.Context, log dcb.Log) error {
	_, err := cmd.Create(ctx, log)
	return err
}

func (cmd CreateInvoice) boundary(last *int) dcb.Boundary {
	return dcb.Boundary{dcb.Latest(dcb.Into(last, LastNumber()))}
}

func (cmd CreateInvoice) decide(last int) (number int, facts []dcb.Fact, refusal error) {
	return last + 1, dcb.Facts(InvoiceCreated{Number: last + 1, Data: cmd.Data}), nil
}
