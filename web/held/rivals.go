package held

import (
	"net/http"

	"go-crablet/dcb"
	"go-crablet/web/rival"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// rivalsOf are the buttons on the page of a held decision that let somebody in before it. Only
// whoever holds the decision has them. A page that is fetched again keeps those that it has.
func (p *Pages) rivalsOf(v *site.Visit, view *pageView, stage Stage) (err error) {
	if !view.Mine || !stage.Open || v.IsRefetch() {
		return nil
	}
	view.Rivals = rival.View{Layout: view.Layout, Action: story.HeldURL(view.ID) + "/rivals"}
	view.Rivals.Pair, err = rival.Find(v.Context(), p.Site, stage.Condition, "")
	return err
}

// Awaited returns the condition under which a decision that the visitor holds will append, and
// the address of its page.
func (p *Pages) Awaited(v *site.Visit) (condition dcb.Query, page string, err error) {
	d, err := p.find(v)
	if err != nil {
		return condition, "", err
	}
	page = story.HeldURL(d.ID)
	stage := d.Stage()
	switch {
	case !p.holds(v, d):
		return condition, "", heldByAnother(page)
	case !stage.Open:
		return condition, "", site.Problem{
			Status: http.StatusConflict, Title: "Too late", Text: "The decision is not held any more, so nobody gets in before it. Nothing was stored.",
			Next: ui.Link{URL: page, Words: "To the decision"},
		}
	}
	return stage.Condition, page, nil
}
