package workshop

import (
	"context"
	"errors"
	"net/http"

	"go-crablet/lab"
	"go-crablet/web/site"
	"go-crablet/web/ui"
	"go-crablet/workshop/room"
)

// noRoom answers that there is no such room.
var noRoom = site.Problem{
	Status: http.StatusNotFound, Title: "No such room", Text: room.ErrNoRoom.Error(),
	Next: ui.Link{URL: overviewURL, Words: "To the workshop"},
}

// Tell notes what the program of a participant tells a room, and answers with a sentence.
func (p *Pages) Tell(v *site.Visit) error {
	told, err := room.ProgressOf(v.R.PostForm)
	if err == nil {
		err = p.checkShows(v.Context(), told.Shows)
	}
	var name string
	if err == nil {
		name, err = p.rooms.Tell(v.ID("room"), told)
	}
	if err != nil {
		return problemOf(v, err)
	}
	return v.RenderText(http.StatusOK, "You are in the room as "+name+".")
}

// checkShows checks that an address leads to a race or to a receipt that there is.
func (p *Pages) checkShows(ctx context.Context, address string) error {
	if id, isRace := site.PathID(address, "/race/"); isRace {
		_, err := p.theatre.Replay(ctx, id)
		if errors.Is(err, lab.ErrNotFound) {
			return room.ErrShows
		}
		return err
	}
	if id, isReceipt := site.PathID(address, "/decisions/"); isReceipt {
		kept, err := p.Receipts.Kept(ctx, []string{id})
		if err == nil && len(kept) == 0 {
			return room.ErrShows
		}
		return err
	}
	return nil
}

// problemOf answers a problem of a room with its sentence.
func problemOf(v *site.Visit, err error) error {
	problem, ok := errors.AsType[room.Problem](err)
	if !ok {
		return err
	}
	status := http.StatusUnprocessableEntity
	switch problem {
	case room.ErrNoRoom:
		return noRoom
	case room.ErrFull:
		status = http.StatusConflict
	case room.ErrTooSoon:
		status = http.StatusTooManyRequests
		v.W.Header().Set("Retry-After", "2")
	}
	return site.Problem{Status: status, Title: "The room can’t use that", Text: problem.Error(), Next: ui.Link{URL: overviewURL, Words: "To the workshop"}}
}

// Stop forgets a room, and leads to the page of the workshop.
func (p *Pages) Stop(v *site.Visit) error {
	if !p.rooms.Stop(v.ID("room")) {
		return noRoom
	}
	return v.Redirect(overviewURL)
}
