package lens

import (
	"go-crablet/web/rival"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// rivalsOf fills in the buttons that let somebody in before the decision is sent. Only those who
// may send it have them, and only if no rule refuses it. A page that is fetched again keeps the
// buttons that it has.
func (p *Pages) rivalsOf(v *site.Visit, view *pageView) error {
	if !view.MayActFor(view.Student.ID) || v.IsRefetch() {
		return nil
	}
	condition, err := rival.ConditionOf(v.Context(), p.LogOf(v.Context()), view.command())
	if len(condition.Items()) == 0 || err != nil {
		return err
	}
	view.Rivals = rival.View{
		Layout: view.Layout, Action: view.Path + "/rivals",
		With: []ui.Option{{ID: "from", Name: view.From()}, {ID: "student", Name: view.Student.ID}, {ID: "give", Name: view.Given.ID}},
	}
	view.Rivals.Pair, err = rival.Find(v.Context(), p.Site, condition, "")
	return err
}
