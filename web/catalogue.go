package web

import (
	"fmt"
	"net/http"
	"strconv"

	"go-crablet/domain/courses"
)

type catalogueView struct {
	layout
	Slots   []slot
	Taken   int // slots
	Courses []courseCard
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

// catalogue is the page of all courses, and of those the visitor takes.
func (s *server) catalogue(w http.ResponseWriter, r *http.Request) error {
	return s.showCatalogue(w, r, http.StatusOK, nil)
}

func (s *server) showCatalogue(w http.ResponseWriter, r *http.Request, status int, n *notice) error {
	visit, err := s.visit(w, r, "Courses", sectionCourses)
	if err != nil {
		return err
	}
	view := catalogueView{layout: visit.layout, Slots: slotsOf(visit.term, visit.Acting), Taken: len(visit.Acting.Seats)}
	view.Path = "/"
	if n != nil {
		view.Notice = n
	}
	for _, course := range visit.term.Courses() {
		card := courseCard{
			ID: string(course.ID), Title: course.Title, URL: courseURL(course.ID),
			Seats: seatsOf(course, visit.Acting.ID),
		}
		view.Courses = append(view.Courses, card)
		if view.Try == "" && course.Capacity-len(course.Seats) == 1 && card.Seats.Yours < 0 && !course.Archived {
			view.Try, view.TryURL = card.Title, card.URL
		}
	}
	return render(w, r, status, cataloguePage(view))
}

// slotsOf returns the ten slots of a student, taken ones first.
func slotsOf(term *courses.Term, student courses.Student) []slot {
	slots := make([]slot, courses.MaxCourses)
	for i := range slots {
		slots[i].Number = strconv.Itoa(i + 1)
		if i < len(student.Seats) {
			seat := student.Seats[i]
			slots[i].Title = courseTitle(term, seat.Course)
			slots[i].URL = courseURL(seat.Course)
			slots[i].Since = "at " + strconv.FormatInt(seat.Position, 10)
		}
	}
	return slots
}
