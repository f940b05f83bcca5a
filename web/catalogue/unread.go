package catalogue

import (
	"fmt"

	"go-crablet/readmodel"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// An unreadView warns that no decision can be taken about the course or the student of a
// page, and says why. The zero view is no warning.
type unreadView struct {
	Strong, Text string
	Event        ui.Link
}

// unreadOf returns the warning if there is an event about the subject that the program can't
// read. subject is "course" or "student".
func unreadOf(subject string, event readmodel.Unread) unreadView {
	if event == (readmodel.Unread{}) {
		return unreadView{}
	}
	return unreadView{
		Strong: "This " + subject + " has an event that the program can't read.",
		Text: fmt.Sprintf("Every decision that reads the %s at position %d fails. "+
			"Ask whoever wrote that event what it means.", event.Type, event.Position),
		Event: ui.Link{URL: story.EventURL(event.Position), Words: fmt.Sprintf("Look at the event at %d", event.Position)},
	}
}
