package web

import (
	"errors"

	"go-crablet/receipt"
)

// pinReceipt keeps a receipt for good, or no longer than others.
func (s *server) pinReceipt(v *visit) error {
	id := v.id("decision")
	err := s.Receipts.Pin(v.context(), id, v.wantsPin())
	if errors.Is(err, receipt.ErrNotFound) {
		return s.noSuchReceipt(v)
	}
	if err != nil {
		return err
	}
	return v.redirect(decisionURL(id))
}

// toReceipt leads to the page of a receipt.
func (s *server) toReceipt(v *visit) error {
	if _, err := s.Receipts.Find(v.context(), v.id("decision")); err != nil {
		if errors.Is(err, receipt.ErrNotFound) {
			return s.noSuchReceipt(v)
		}
		return err
	}
	return v.redirect(decisionURL(v.id("decision")))
}
