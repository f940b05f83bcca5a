package web

import (
	"errors"
	"net/http"

	"go-crablet/lab"
)

// pinRun does the same to a race, or a comparison.
func (s *server) pinRun(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("run")
	err := s.Theatre.Runs.Pin(r.Context(), id, isToPin(r))
	if errors.Is(err, lab.ErrNotFound) {
		return s.noSuchRun(w, r)
	}
	if err != nil {
		return err
	}
	if r.PostFormValue("from") == comparisonURL(id) {
		return to(comparisonURL(id))(w, r)
	}
	return to(raceURL(id))(w, r)
}

func runPinURL(id string) string { return "/runs/" + id + "/pin" }
