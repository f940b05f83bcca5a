package held

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gorilla/sessions"

	"go-crablet/web/site"
	"go-crablet/web/story"
)

// A Holding is what a visitor chose, and which of their decisions are held now.
type Holding struct {
	Choice Choice
	Held   []decisionLink
}

// A decisionLink leads to a decision that the visitor holds.
type decisionLink struct{ Title, URL string }

// Holding returns what the visitor chose and holds.
func (p *Pages) Holding(v *site.Visit) Holding {
	own := v.Own()
	return Holding{choiceIn(own), p.decisionsOf(v.Context(), own)}
}

// decisionsOf lists the decisions that a session holds.
func (p *Pages) decisionsOf(ctx context.Context, session *sessions.Session) []decisionLink {
	runner, known := session.Values[site.RunnerKey].(string)
	if !known {
		return nil
	}
	var links []decisionLink
	all := p.keeper.Of(runner)
	if choiceIn(session).On() { // all others are spared the question
		all = append(all, p.elsewhereOf(ctx, runner)...)
	}
	for _, d := range all {
		links = append(links, decisionLink{d.Title, story.HeldURL(d.ID)})
	}
	return links
}

// Bar says on every page that the visitor's decisions are held.
func (p *Pages) Bar(v *site.Visit) site.Bar {
	now := p.Holding(v)
	return func(l site.Layout) templ.Component {
		if l.Past() || !now.Choice.On() {
			return nil
		}
		return holdingBar(l, now)
	}
}
