package catalogue

import (
	"fmt"

	"go-crablet/readmodel"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// An unreadView says that what a page is about can't be decided about, and why. The zero
// view says nothing.
type unreadView struct {
	Strong, Text string
	Event        ui.Link
}

// unreadOf says so of a course or a student, if there is an event about it that can't be
// read.
func unreadOf(what string, event readmodel.Unread) unreadView {
	if event == (readmodel.Unread{}) {
		return unreadView{}
	}
	return unreadView{
		Strong: "This " + what + " can't be decided about.",
		Text: fmt.Sprintf("Every decision that looks at the %s at position %d fails, because the program can't make sense of its content. "+
			"Whoever wrote that event can tell what it means.", event.Type, event.Position),
		Event: ui.Link{URL: story.EventURL(event.Position), Words: fmt.Sprintf("Look at the event at %d", event.Position)},
	}
}
