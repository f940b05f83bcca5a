package decisions

import (
	"errors"

	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// PinReceipt keeps a receipt for good, or no longer than others.
func (p *Pages) PinReceipt(v *site.Visit) error {
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
