package catalogue

import (
	"fmt"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A slot is one of the ten courses that a student may take at once.
type slot struct {
	Anchor string // its id on the page
	Number string
	Title  string // "" when it is free
	URL    string
	Since  string

	Archived bool // the course is over, and still takes a slot
}

// archivedTopic is news for every page with slots: they say which courses are archived.
var archivedTopic = site.TypeTopic(courses.CourseArchived{})

// slotsOf returns the ten slots of a student with these places, taken ones first.
func slotsOf(places []readmodel.Place) []slot {
	slots := make([]slot, courses.MaxCourses)
	for i := range slots {
		slots[i].Number = strconv.Itoa(i + 1)
		slots[i].Anchor = "slot-" + slots[i].Number
	}
	i := 0
	for _, place := range places {
		if place.Waiting || i == len(slots) {
			continue
		}
		slots[i].Title, slots[i].URL, slots[i].Since = place.Called(), story.CourseURL(place.Course), since(place.Since)
		slots[i].Anchor, slots[i].Archived = "slot-"+string(place.Course), place.Archived
		i++
	}
	return slots
}

// archivedIn words how many slots of a student with these places are taken by archived courses, or is "".
func archivedIn(places []readmodel.Place) string {
	n := 0
	for _, place := range places {
		if place.Archived && !place.Waiting {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s by %s.", n, ui.Plural(n, "slot is taken", "slots are taken"), ui.Plural(n, "an archived course", "archived courses"))
}

// since words the position of the event that began something.
func since(position int64) string { return "at " + strconv.FormatInt(position, 10) }
