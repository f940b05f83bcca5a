package tour

import (
	"github.com/a-h/templ"

	"go-crablet/web/held"
	"go-crablet/web/site"
)

// A barView is the tour as a page shows it.
type barView struct {
	site.Layout
	now held.Holding // which takes a step of its own
}

// Bar shows the tour to those who are on it.
func (p *Pages) Bar(v *site.Visit) site.Bar {
	now := p.held.Holding(v)
	return func(l site.Layout) templ.Component {
		if !l.OnTour() {
			return nil
		}
		if l.Past() { // where nothing is held
			now = held.Holding{}
		}
		view := barView{l, now}
		return bar(view, view.Next())
	}
}

// Count words how far the tour is.
func (v barView) Count() string {
	return v.Done.Far() + " done"
}

// Marks are the steps in order: whether each is done.
func (v barView) Marks() []bool {
	var marks []bool
	for step := site.ChoseSelf; step < site.OnTour; step <<= 1 {
		marks = append(marks, v.Done.Has(step))
	}
	return marks
}
