package catalogue

import (
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/story"
)

// A slot is one of the ten courses that a student may take at once.
type slot struct {
	Anchor string // its id on the page
	Number string
	Title  string // "" when it is free
	URL    string
	Since  string
}

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
		slots[i].Title, slots[i].URL, slots[i].Since = place.Title, story.CourseURL(place.Course), since(place.Since)
		slots[i].Anchor = "slot-" + string(place.Course)
		i++
	}
	return slots
}

// since words the position of the event that began something.
func since(position int64) string { return "at " + strconv.FormatInt(position, 10) }
