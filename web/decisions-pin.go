package web

import (
	"errors"

	"go-crablet/receipt"
)

// pinReceipt keeps a receipt for good, or no longer than others.
func (p *decisionPages) pinReceipt(v *visit) error {
	id := v.id("decision")
	err := p.Receipts.Pin(v.context(), id, v.wantsPin())
	if errors.Is(err, receipt.ErrNotFound) {
		return p.noSuchReceipt(v)
	}
	if err != nil {
		return err
	}
	return v.redirect(decisionURL(id))
}

// toReceipt leads to the page of a receipt.
func (p *decisionPages) toReceipt(v *visit) error {
	if _, err := p.Receipts.Find(v.context(), v.id("decision")); err != nil {
		if errors.Is(err, receipt.ErrNotFound) {
			return p.noSuchReceipt(v)
		}
		return err
	}
	return v.redirect(decisionURL(v.id("decision")))
}
