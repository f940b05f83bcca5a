package web

import (
	"context"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/readmodel"
)

// An unreadView says that what a page is about can't be decided about, and why. The zero
// view says nothing.
type unreadView struct {
	Strong, Text string
	Event        link
}

// unreadOf says so of something with a tag, if there is an event with the tag that can't be
// read.
func unreadOf(ctx context.Context, term *readmodel.Term, what string, tag dcb.Tag) (unreadView, error) {
	event, found, err := term.Unread(ctx, tag)
	if err != nil || !found {
		return unreadView{}, err
	}
	return unreadView{
		Strong: "This " + what + " can't be decided about.",
		Text: fmt.Sprintf("Every decision that looks at the %s at position %d fails, because the program can't make sense of its content. "+
			"Whoever wrote that event can tell what it means.", event.Type, event.Position),
		Event: link{eventURL(event.Position), fmt.Sprintf("Look at the event at %d", event.Position)},
	}, nil
}
