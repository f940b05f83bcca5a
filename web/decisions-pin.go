package web

import (
	"errors"
	"net/http"

	"go-crablet/receipt"
)

// pinReceipt keeps a receipt for good, or no longer than others.
func (s *server) pinReceipt(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("decision")
	err := s.Receipts.Pin(r.Context(), id, isToPin(r))
	if errors.Is(err, receipt.ErrNotFound) {
		return s.noSuchReceipt(w, r)
	}
	if err != nil {
		return err
	}
	return to(decisionURL(id))(w, r)
}

// toReceipt leads to the page of a receipt.
func (s *server) toReceipt(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.Receipts.Find(r.Context(), r.PathValue("decision")); err != nil {
		if errors.Is(err, receipt.ErrNotFound) {
			return s.noSuchReceipt(w, r)
		}
		return err
	}
	return to(decisionURL(r.PathValue("decision")))(w, r)
}
