package race

import (
	"errors"

	"go-crablet/lab"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// PinRun does the same to a race, or a comparison.
func (p *Pages) PinRun(v *site.Visit) error {
	id := v.ID("run")
	err := p.theatre.Runs.Pin(v.Context(), id, v.WantsPin())
	if errors.Is(err, lab.ErrNotFound) {
		return p.notFound(v)
	}
	if err != nil {
		return err
	}
	if v.R.PostFormValue("from") == comparisonURL(id) {
		return v.Redirect(comparisonURL(id))
	}
	return v.Redirect(story.RaceURL(id))
}

func pinURL(id string) string { return "/runs/" + id + "/pin" }
