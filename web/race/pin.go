package race

import (
	"errors"

	"go-crablet/lab"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// PinRun pins a race or a comparison, so that it is never deleted as too old, or unpins it.
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

// pinView is the form that pins a run. It leads back to the page from.
func (p *Pages) pinView(v *site.Visit, layout site.Layout, id, from string) (site.PinView, error) {
	pinned, err := p.theatre.Runs.IsPinned(v.Context(), id)
	return site.PinView{Layout: layout, Action: pinURL(id), From: from, Rule: p.Keeping.OfRaces(), Pinned: pinned}, err
}

func pinURL(id string) string { return "/runs/" + id + "/pin" }
