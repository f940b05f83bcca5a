package tour

import (
	"github.com/a-h/templ"

	"go-crablet/web/held"
	"go-crablet/web/site"
)

// A barView is the tour as a page shows it: how far the visitor is, and what comes next.
type barView struct {
	site.Layout
	now held.Holding // what the visitor holds, for the step about a conflict by hand
}

// Bar shows the tour to visitors who have begun it.
func (p *Pages) Bar(v *site.Visit) site.Bar {
	now := p.held.Holding(v)
	return func(l site.Layout) templ.Component {
		if !l.OnTour() {
			return nil
		}
		if l.Past() { // pages of the past show nothing that is held now
			now = held.Holding{}
		}
		view := barView{l, now}
		return bar(view, view.Next())
	}
}

// Count says how many steps are done.
func (v barView) Count() string {
	return v.Done.Far() + " done"
}

// Marks say of each step, in order, whether it is done.
func (v barView) Marks() []bool {
	var marks []bool
	for mark := site.ChoseSelf; mark < site.OnTour; mark <<= 1 {
		marks = append(marks, v.Done.Has(mark))
	}
	return marks
}
