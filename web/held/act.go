package held

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// Continue lets the attempt go on that the visitor saw held.
func (p *Pages) Continue(v *site.Visit) error {
	return p.act(v, toContinue)
}

// Cancel ends the decision that the visitor saw held.
func (p *Pages) Cancel(v *site.Visit) error {
	return p.act(v, toCancel)
}

// Longer holds the attempt that the visitor saw held for longer: for a minute, or for as long as
// the visitor likes.
func (p *Pages) Longer(v *site.Visit) error {
	switch v.Text("for").Value {
	case "minute":
		return p.act(v, toProlong)
	case "ever":
		if d, err := p.find(v); err == nil && !d.Here {
			return site.Denial(
				"Held for some minutes only",
				"Other people need the place, too. Only somebody at the machine of the program can hold a decision without a bound.",
				ui.Link{URL: story.HeldURL(d.ID), Words: "Back to the decision"},
			)
		}
		return p.act(v, toStay)
	default:
		return site.BadRequest(http.StatusUnprocessableEntity, "The form does not say how much longer. Send the field for: minute or ever.")
	}
}

// longestAct is how long an answer waits until the decision is held again or over, so that
// the next page shows that at once.
const longestAct = 3 * time.Second

// An act is what the holder of a decision may do with it.
type act string

const (
	toContinue act = "continue"
	toCancel   act = "cancel"
	toProlong  act = "prolong"
	toStay     act = "stay"
)

// acts carry out an act on a decision that this process holds, for the stop that somebody saw.
var acts = map[act]func(d *Decision, stop int) bool{
	toContinue: (*Decision).Continue, toCancel: (*Decision).Cancel, toProlong: (*Decision).Prolong, toStay: (*Decision).Stay,
}

// act continues or cancels a decision that the visitor holds, and leads back to its page.
// The form names the stop that the visitor saw: a second click on a button must not act on
// the next attempt. If another process holds the decision, that process is asked to act.
func (p *Pages) act(v *site.Visit, do act) error {
	d, err := p.find(v)
	if err != nil {
		return err
	}
	if !p.holds(v, d) {
		return heldByAnother(story.HeldURL(d.ID))
	}
	stop, err := strconv.Atoi(v.Text("stop").Value)
	if err != nil {
		return site.BadRequest(
			http.StatusUnprocessableEntity,
			"The form does not say which attempt it is about. Send the field stop, as the page of the decision has it.",
		)
	}
	ctx, cancel := context.WithTimeout(v.Context(), longestAct)
	defer cancel()
	if d.elsewhere {
		err = p.wishFor(ctx, d, wish{Act: do, Stop: stop})
	} else {
		acts[do](d, stop)
		d.Await(ctx)
	}
	if err != nil {
		return err
	}
	return v.Redirect(story.HeldURL(d.ID))
}

func heldByAnother(page string) error {
	return site.Denial(
		"Held by somebody else",
		"You can watch this decision. Only the browser that asked can continue it, cancel it, or let somebody in before it.",
		ui.Link{URL: page, Words: "Back to the decision"},
	)
}

// holds reports whether the visitor's browser asked for the decision.
func (p *Pages) holds(v *site.Visit, d *Decision) bool {
	runner, known := v.Own().Values[site.RunnerKey].(string)
	return known && d.IsOf(runner)
}
