package web

import (
	"errors"

	"go-crablet/receipt"
	"go-crablet/web/story"
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
	return v.redirect(story.DecisionURL(id))
}
