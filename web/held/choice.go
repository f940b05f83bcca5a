package held

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/sessions"

	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// A Choice says how long each attempt of a visitor's decisions is held before its append.
type Choice string

const (
	off    Choice = "off"
	byHand Choice = "hold" // until the visitor lets it go on
	// Any other choice is a think time in seconds, from "1" to "5".

	longestThought = 5
)

// choiceKey is where the browser's own session keeps the choice. The session then has a
// secret, too, which is the holder of its decisions; see [site.RunnerOf].
const choiceKey = "gap"

// choiceIn returns the choice that a session keeps.
func choiceIn(session *sessions.Session) Choice {
	if chosen, _ := session.Values[choiceKey].(string); Choice(chosen).valid() {
		return Choice(chosen)
	}
	return off
}

// keepChoice keeps a choice in a session. The caller saves the session.
func keepChoice(session *sessions.Session, chosen Choice) {
	delete(session.Values, choiceKey)
	if chosen != off {
		session.Values[choiceKey] = string(chosen)
		site.RunnerOf(session)
	}
}

func (c Choice) valid() bool { return c == off || c == byHand || c.Think() > 0 }

// Think returns the think time, or 0 if the choice is something else.
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
	Bound string // how long an attempt is held at most
}

// Elsewhere says where one acts as somebody else. An open demo answers on its own machine only, so no
// phone reaches it.
func (v choiceView) Elsewhere() string {
	if v.OpenDemo {
		return "In a private window,"
	}
	return "On a phone, or in another browser,"
}

// Thoughts are the think times to choose from.
func (choiceView) Thoughts() []Choice {
	thoughts := make([]Choice, longestThought)
	for i := range thoughts {
		thoughts[i] = Choice(strconv.Itoa(i + 1))
	}
	return thoughts
}

// ChoiceForm is the page on which the visitor chooses how long their decisions are held.
func (p *Pages) ChoiceForm(v *site.Visit) error {
	layout, err := v.Page("Hold the gap", "", nil)
	if err != nil {
		return err
	}
	return v.Render(http.StatusOK, choicePage(choiceView{Layout: layout, Holding: p.Holding(v), Bound: ui.Seconds(p.keeper.Longest())}))
}

// Choose keeps the choice for decisions from now on. Decisions that are held already stay
// as they are.
func (p *Pages) Choose(v *site.Visit) error {
	chosen := Choice(v.Text("gap").Value)
	if !chosen.valid() {
		return site.BadRequest(
			http.StatusUnprocessableEntity,
			"The gap can't be held open like that. Send the field gap: off, hold, or 1 to 5 for a think time in seconds.",
		)
	}
	back := v.CameFrom("/session/gap")
	own := v.Own()
	keepChoice(own, chosen)
	if err := own.Save(v.R, v.W); err != nil {
		return err
	}
	return v.Redirect(back)
}
