package held

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/sessions"

	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// A Choice is what a visitor chose for the gap between decide and append: how long
// each attempt of their decisions stops there.
type Choice string

const (
	off    Choice = "off"
	byHand Choice = "hold" // until they let it go on
	// Or a think time of so many seconds, from "1" to "5".

	longestThought = 5
)

// choiceKey keeps the switch in the browser's own session. That has a name as well then, by which
// what it holds is known; see runnerOf.
const choiceKey = "gap"

// choiceIn returns what the visitor chose.
func choiceIn(session *sessions.Session) Choice {
	if chosen, _ := session.Values[choiceKey].(string); Choice(chosen).valid() {
		return Choice(chosen)
	}
	return off
}

// keepChoice keeps what the visitor chose. The session is then to be saved.
func keepChoice(session *sessions.Session, chosen Choice) {
	delete(session.Values, choiceKey)
	if chosen != off {
		session.Values[choiceKey] = string(chosen)
		site.RunnerOf(session)
	}
}

func (c Choice) valid() bool { return c == off || c == byHand || c.Think() > 0 }

// Think returns the think time, or 0 when none was chosen.
func (c Choice) Think() time.Duration {
	if n, err := strconv.Atoi(string(c)); err == nil && 1 <= n && n <= longestThought && string(c) == strconv.Itoa(n) {
		return time.Duration(n) * time.Second
	}
	return 0
}

// On reports whether decisions are held.
func (c Choice) On() bool { return c != off && c != "" }

// Words says how long decisions are held.
func (c Choice) Words() string {
	if think := c.Think(); think > 0 {
		return "for " + ui.Seconds(think) + " of thinking"
	}
	return "until you let each decision go on"
}

type choiceView struct {
	site.Layout
	Holding
	Bound string // how long at most
}

// Thoughts are the think times there are to choose from.
func (choiceView) Thoughts() []Choice {
	thoughts := make([]Choice, longestThought)
	for i := range thoughts {
		thoughts[i] = Choice(strconv.Itoa(i + 1))
	}
	return thoughts
}

// Switch is the page where the gap is opened and closed.
func (p *Pages) ChoiceForm(v *site.Visit) error {
	layout, err := v.Page("Hold the gap", "", nil)
	if err != nil {
		return err
	}
	return v.Render(http.StatusOK, choicePage(choiceView{Layout: layout, Holding: p.Holding(v), Bound: ui.Seconds(p.keeper.Longest())}))
}

// Choose opens or closes the gap for the visitor's decisions from now on. Those that
// are held stay as they are.
func (p *Pages) Choose(v *site.Visit) error {
	chosen := Choice(v.Text("gap").Value)
	if !chosen.valid() {
		return site.BadRequest(
			http.StatusUnprocessableEntity,
			"The gap can't be held open like that. Send the field gap: off, hold, or 1 to 5 for a think time in seconds.",
		)
	}
	page := v.CameFrom("/session/gap")
	own := v.Own()
	keepChoice(own, chosen)
	if err := own.Save(v.R, v.W); err != nil {
		return err
	}
	return v.Redirect(page)
}
