package web

import (
	"errors"

	"go-crablet/lab"
	"go-crablet/web/story"
)

// pinRun does the same to a race, or a comparison.
func (p *racePages) pinRun(v *visit) error {
	id := v.id("run")
	err := p.theatre.Runs.Pin(v.context(), id, v.wantsPin())
	if errors.Is(err, lab.ErrNotFound) {
		return p.noSuchRun(v)
	}
	if err != nil {
		return err
	}
	if v.R.PostFormValue("from") == comparisonURL(id) {
		return v.redirect(comparisonURL(id))
	}
	return v.redirect(story.RaceURL(id))
}

func runPinURL(id string) string { return "/runs/" + id + "/pin" }
