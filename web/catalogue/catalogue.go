package catalogue

import (
	"fmt"
	"net/http"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type catalogueView struct {
	site.Layout
	Slots   []slot
	Taken   int // slots
	Find    string
	Courses []courseCard
	Pager   ui.Pager
	Try     string // a course to take the last seat of, or ""
	TryURL  string
}

// A slot is one of the ten courses that a student may take.
type slot struct {
	Number string
	Title  string // "" when it is free
	URL    string
	Since  string
}

// A courseCard is one course in the catalogue.
type courseCard struct {
	ID, Title, URL string
	Seats          seatMap
}

// Summary words how many slots are taken.
func (v catalogueView) Summary() string {
	return fmt.Sprintf("%d of %d taken, at most ten at once", v.Taken, courses.MaxCourses)
}

// All is the page of all courses, and of those the visitor takes.
func (p *Pages) All(v *site.Visit) error {
	return p.showCatalogue(v, http.StatusOK, nil)
}

func (p *Pages) showCatalogue(v *site.Visit, status int, n *site.Notice) error {
	view := catalogueView{Find: v.Search()}
	all := site.List{Name: "courses", Label: "Courses", Path: "/", Find: view.Find}
	at, err := all.At(v)
	if err != nil {
		return err
	}
	var places []readmodel.Place // of the visitor
	var page readmodel.Page[readmodel.Course]
	view.Layout, err = v.PageAsOf("Courses", site.SectionCourses, func(ask *readmodel.Questions, v site.Visitor) {
		ask.PlacesOf(&places, v.Acting)
		ask.Courses(&page, view.Find, at, site.CoursesPerPage)
	})
	if err != nil {
		return err
	}
	view.Slots, view.Taken = slotsOf(places), view.Acting.CoursesTaken
	view.Courses = cardsOf(page.Rows, places)
	view.Pager = all.Pager(at, page.Previous, page.Next)
	view.Path = "/"
	view.Topics = []site.Topic{site.TypeTopic(courses.CourseDefined{})}
	if view.Someone() {
		view.Topics = append(view.Topics, site.TagTopic(view.Acting.ID.Tag()))
	}
	for _, card := range view.Courses {
		view.Topics = append(view.Topics, site.SeatsTopic(courses.CourseID(card.ID)))
	}
	if n != nil {
		view.Notice = n
	}
	for _, card := range view.Courses {
		if view.Try == "" && card.Seats.IsLast() && !card.Seats.Yours {
			view.Try, view.TryURL = card.Title, card.URL
		}
	}
	return v.Render(status, view.InMoment(cataloguePage(view)))
}

func cardsOf(all []readmodel.Course, places []readmodel.Place) []courseCard {
	cards := make([]courseCard, len(all))
	for i, course := range all {
		cards[i] = courseCard{
			ID: string(course.ID), Title: course.Title, URL: story.CourseURL(course.ID),
			Seats: SeatsOf(course, places),
		}
	}
	return cards
}

// slotsOf returns the ten slots of a student, taken ones first.
func slotsOf(places []readmodel.Place) []slot {
	slots := make([]slot, courses.MaxCourses)
	for i := range slots {
		slots[i].Number = strconv.Itoa(i + 1)
	}
	i := 0
	for _, place := range places {
		if place.Waiting || i == len(slots) {
			continue
		}
		slots[i].Title, slots[i].URL, slots[i].Since = place.Title, story.CourseURL(place.Course), since(place.Since)
		i++
	}
	return slots
}

// since words the position of the event that began something.
func since(position int64) string { return "at " + strconv.FormatInt(position, 10) }

var whyCatalogue = ui.Idea{
	Text: "A seat is decided from what happened to one course and to one student: how many seats there are, how many are taken, how many courses the student takes. " +
		"Nothing else lies inside the boundary, so other students in other courses never get in the way.",
	URL: story.SourceURL("domain/courses/subscribe_student.go", "SubscribeStudent.boundary"), Words: "The boundary of a subscription",
}
