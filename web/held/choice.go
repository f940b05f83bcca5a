package held

import (
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/gorilla/sessions"

	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A Choice is what a visitor chose for the gap between decide and append: how long
// each attempt of their decisions stops there.
type Choice string

const (
	gapOff    Choice = "off"
	gapByHand Choice = "hold" // until they let it go on
	// Or a think time of so many seconds, from "1" to "5".

	longestThought = 5
)

// gapKey keeps the switch in the browser's own session. That has a name as well then, by which
// what it holds is known; see runnerOf.
const gapKey = "gap"

// gapOf returns what the visitor chose.
func gapOf(session *sessions.Session) Choice {
	if chosen, _ := session.Values[gapKey].(string); Choice(chosen).valid() {
		return Choice(chosen)
	}
	return gapOff
}

// switchGap keeps what the visitor chose. The session is then to be saved.
func switchGap(session *sessions.Session, chosen Choice) {
	delete(session.Values, gapKey)
	if chosen != gapOff {
		session.Values[gapKey] = string(chosen)
		site.RunnerOf(session)
	}
}

func (g Choice) valid() bool { return g == gapOff || g == gapByHand || g.Think() > 0 }

// Think returns the think time, or 0 when none was chosen.
func (g Choice) Think() time.Duration {
	if n, err := strconv.Atoi(string(g)); err == nil && 1 <= n && n <= longestThought && string(g) == strconv.Itoa(n) {
		return time.Duration(n) * time.Second
	}
	return 0
}

// On reports whether decisions are held.
func (g Choice) On() bool { return g != gapOff && g != "" }

// Words says how long decisions are held.
func (g Choice) Words() string {
	if think := g.Think(); think > 0 {
		return "for " + ui.Seconds(think) + " of thinking"
	}
	return "until you let each decision go on"
}

// A heldLink leads to a decision that the visitor holds.
type heldLink struct{ Title, URL string }

// A Holding is what a visitor chose for their decisions, and those that are held now.
type Holding struct {
	Switch Choice
	Held   []heldLink
}

// Holding returns what a visitor chose and holds.
func (p *Pages) Holding(v *site.Visit) Holding {
	own := v.Own()
	return Holding{gapOf(own), p.heldBy(own)}
}

// heldBy lists what a session holds.
func (p *Pages) heldBy(session *sessions.Session) []heldLink {
	runner, known := session.Values[site.RunnerKey].(string)
	if !known {
		return nil
	}
	var links []heldLink
	for _, h := range p.keeper.Of(runner) {
		links = append(links, heldLink{h.Title, story.HeldURL(h.ID)})
	}
	return links
}

// Bar says on every page that the visitor's decisions are held.
func (p *Pages) Bar(v *site.Visit) site.Bar {
	now := p.Holding(v)
	return func(l site.Layout) templ.Component {
		if l.Past() || !now.Switch.On() {
			return nil
		}
		return gapBar(l, now)
	}
}

type gapView struct {
	site.Layout
	Holding
	Bound string // how long at most
}

// Thoughts are the think times there are to choose from.
func (gapView) Thoughts() []Choice {
	thoughts := make([]Choice, longestThought)
	for i := range thoughts {
		thoughts[i] = Choice(strconv.Itoa(i + 1))
	}
	return thoughts
}

// Switch is the page where the gap is opened and closed.
func (p *Pages) Switch(v *site.Visit) error {
	layout, err := v.Page("Hold the gap", "", nil)
	if err != nil {
		return err
	}
	return v.Render(http.StatusOK, gapPage(gapView{Layout: layout, Holding: p.Holding(v), Bound: ui.Seconds(p.keeper.Longest())}))
}

// ChooseGap opens or closes the gap for the visitor's decisions from now on. Those that
// are held stay as they are.
func (p *Pages) ChooseGap(v *site.Visit) error {
	chosen := Choice(v.Text("gap").Value)
	if !chosen.valid() {
		return site.BadRequest(
			http.StatusUnprocessableEntity,
			"The gap can't be held open like that. Send the field gap: off, hold, or 1 to 5 for a think time in seconds.",
		)
	}
	page := v.CameFrom("/session/gap")
	own := v.Own()
	switchGap(own, chosen)
	if err := own.Save(v.R, v.W); err != nil {
		return err
	}
	return v.Redirect(page)
}
