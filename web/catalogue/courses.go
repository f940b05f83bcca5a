package catalogue

import (
	"fmt"
	"net/http"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type coursesView struct {
	site.Layout
	Slots   []slot // of the student whom the visitor acts as
	Taken   int    // slots
	Find    string
	Courses []courseCard
	Pager   ui.Pager
	Orders  ui.Orders
}

// A courseCard is one course in the list.
type courseCard struct {
	ID, Title, URL string
	Seats          SeatMap
}

// Summary words how many slots are taken.
func (v coursesView) Summary() string {
	return fmt.Sprintf("%d of %d taken", v.Taken, courses.MaxCourses)
}

// Courses is the page of all courses, and of the courses that the visitor takes.
func (p *Pages) Courses(v *site.Visit) error {
	return p.showCourses(v, http.StatusOK, nil)
}

func (p *Pages) showCourses(v *site.Visit, status int, n *site.Notice) error {
	view := coursesView{Find: v.Search()}
	order, err := v.Order()
	if err != nil {
		return err
	}
	all := site.List{Name: "courses", Label: "Courses", Path: "/", Find: view.Find, Order: order}
	at, err := all.At(v)
	if err != nil {
		return err
	}
	var places []readmodel.Place // of the visitor
	var page readmodel.Page[readmodel.Course]
	view.Layout, err = v.PageAsOf("Courses", site.SectionCourses, func(ask *readmodel.Questions, v site.Visitor) {
		ask.PlacesOf(&places, v.Acting)
		if order == site.ByName {
			ask.CoursesByName(&page, view.Find, at, site.CoursesPerPage)
		} else {
			ask.Courses(&page, view.Find, at, site.CoursesPerPage)
		}
	})
	if err != nil {
		return err
	}
	view.Slots, view.Taken = slotsOf(places), view.Acting.CoursesTaken
	view.Courses = cardsOf(page.Rows, places)
	view.Pager, view.Orders = all.Pager(at, page.Previous, page.Next), all.Orders()
	view.Path = "/"
	view.Topics = view.topics()
	if n != nil {
		view.Notice = n
	}
	return v.Render(status, view.InMoment(coursesPage(view)))
}

func cardsOf(all []readmodel.Course, places []readmodel.Place) []courseCard {
	cards := make([]courseCard, len(all))
	for i, course := range all {
		cards[i] = courseCard{
			ID: string(course.ID), Title: course.Called(), URL: story.CourseURL(course.ID),
			Seats: SeatsOf(course, places),
		}
	}
	return cards
}

// topics returns what the page changes with: new courses, seats, and the visitor's places.
func (v coursesView) topics() []site.Topic {
	topics := []site.Topic{site.TypeTopic(courses.CourseDefined{})}
	if v.Someone() {
		topics = append(topics, site.TagTopic(v.Acting.ID.Tag()), archivedTopic)
	}
	for _, card := range v.Courses {
		topics = append(topics, site.SeatsTopic(courses.CourseID(card.ID)))
	}
	return topics
}

var whyCourses = ui.Idea{
	Text: "A seat is decided from what happened to one course and to one student: how many seats there are, how many are taken, how many courses the student takes. " +
		"Nothing else lies inside the boundary, so other students in other courses never get in the way.",
	URL: story.SourceURL("domain/courses/subscribe_student.go", "SubscribeStudent.boundary"), Words: "The boundary of a subscription",
}
