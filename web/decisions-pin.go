package web

import (
	"errors"

	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// pinReceipt keeps a receipt for good, or no longer than others.
func (p *decisionPages) pinReceipt(v *site.Visit) error {
	id := v.ID("decision")
	err := p.Receipts.Pin(v.Context(), id, v.WantsPin())
	if errors.Is(err, receipt.ErrNotFound) {
		return p.noSuchReceipt(v)
	}
	if err != nil {
		return err
	}
	return v.Redirect(story.DecisionURL(id))
}
