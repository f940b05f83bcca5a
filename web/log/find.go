package log

import (
	"net/http"
	"regexp"

	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// anID matches whatever looks like the ID of an event.
var anID = regexp.MustCompile(`(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// findEvent leads to the event with an ID or a position, or says at the field why there is
// none.
func (p *Pages) findEvent(v *site.Visit, find string) error {
	found, err := p.LogOf(v.Context()).Find(v.Context(), find)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return p.toEvent(v, found[0].Position)
	}
	head, err := p.Head(v.Context())
	if err != nil {
		return err
	}
	asked, status := ui.Field{Value: find, Focus: true}, http.StatusNotFound
	position, wrong := site.PositionOf(find)
	switch {
	case anID.MatchString(find):
		asked.Error = "No event has this ID."
	case wrong != nil:
		asked.Error, status = "This is neither an ID nor a position. A position is a whole number, and the first one is 1.", http.StatusUnprocessableEntity
	case position > head:
		asked.Error = ui.Sentence(site.ErrBeyond(head).Error())
	default:
		return p.toEvent(v, position)
	}
	return p.showList(v, status, asked)
}

// toEvent leads to the page of an event, as of the same position as the current page.
func (p *Pages) toEvent(v *site.Visit, position int64) error {
	address := story.EventURL(position)
	then, err := v.AsOf()
	if err != nil {
		return err
	}
	if then > 0 {
		address = site.AsOfURL(address, then)
	}
	return v.Redirect(address)
}
