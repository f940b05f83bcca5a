package decisions

import (
	"errors"

	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// PinReceipt carries out the form that keeps a receipt for good, or takes that back.
func (p *Pages) PinReceipt(v *site.Visit) error {
	id := v.ID("decision")
	err := p.Receipts.Pin(v.Context(), id, v.WantsPin())
	if errors.Is(err, receipt.ErrNotFound) {
		return p.noSuchReceipt()
	}
	if err != nil {
		return err
	}
	return v.Redirect(story.DecisionURL(id))
}
