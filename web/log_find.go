package web

import (
	"net/http"
	"regexp"

	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// anID is what the ID of an event looks like, whether there is one or not.
var anID = regexp.MustCompile(`(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// findEvent leads to the event with an ID or a position, or says at the field why it
// does not.
func (p *logPages) findEvent(v *visit, find string) error {
	found, err := p.Log.Find(v.context(), find)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return p.toEvent(v, found[0].Position)
	}
	head, err := p.head(v.context())
	if err != nil {
		return err
	}
	asked, status := ui.Field{Value: find, Focus: true}, http.StatusNotFound
	position, wrong := positionOf(find)
	switch {
	case anID.MatchString(find):
		asked.Error = "No event has this ID."
	case wrong != nil:
		asked.Error, status = "This is neither an ID nor a position: a whole number, of which the first is 1.", http.StatusUnprocessableEntity
	case position > head:
		asked.Error = ui.Sentence(errBeyond(head).Error())
	default:
		return p.toEvent(v, position)
	}
	return p.showLog(v, status, asked)
}

// toEvent leads to the page of an event, as of the moment of the page it was looked for on.
func (p *logPages) toEvent(v *visit, position int64) error {
	address := story.EventURL(position)
	then, err := v.asOf()
	if err != nil {
		return err
	}
	if then > 0 {
		address = asOfURL(address, then)
	}
	return v.redirect(address)
}
