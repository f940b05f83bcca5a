package web

import (
	"fmt"
	"net/http"
	"strconv"

	"go-crablet/domain/courses"
)

// joinWaitlist lets a student wait for a seat: the one whom the form names, else the
// one whom the visitor acts as.
func (s *server) joinWaitlist(w http.ResponseWriter, r *http.Request) error {
	student, course, page, err := s.parties(r)
	if err != nil {
		return err
	}
	cmd := courses.JoinWaitlist{Student: student.ID, Course: course.ID, Request: requestOf(r)}
	return s.carryOut(w, r, cmd, student.Name+" joins the waitlist of "+course.Title, page)
}

// leaveWaitlist lets a student wait no longer.
func (s *server) leaveWaitlist(w http.ResponseWriter, r *http.Request) error {
	student, course, page, err := s.parties(r)
	if err != nil {
		return err
	}
	cmd := courses.LeaveWaitlist{Student: student.ID, Course: course.ID, Request: requestOf(r)}
	return s.carryOut(w, r, cmd, student.Name+" leaves the waitlist of "+course.Title, page)
}

// whoWaits lists those who wait for a course, in their order.
func whoWaits(term *courses.Term, course courses.Course, acting courses.StudentID) []placeLine {
	var lines []placeLine
	for i, place := range course.Waiting {
		lines = append(lines, placeLine{
			Number:   strconv.Itoa(i + 1),
			Name:     studentName(term, place.Student),
			URL:      studentURL(place.Student),
			Since:    "since " + strconv.FormatInt(place.Position, 10),
			You:      place.Student == acting,
			LeaveURL: leaveWaitlistURL(place),
		})
	}
	return lines
}

// waitsFor lists what a student waits for, the longest first.
func waitsFor(term *courses.Term, student courses.Student) []waitLine {
	var lines []waitLine
	for _, place := range student.Waiting {
		course, _ := term.Course(place.Course)
		lines = append(lines, waitLine{
			Title:    courseTitle(term, place.Course),
			URL:      courseURL(place.Course),
			Place:    fmt.Sprintf("%s of %d", ordinal(placeIn(course, student.ID)), len(course.Waiting)),
			LeaveURL: leaveWaitlistURL(place),
		})
	}
	return lines
}

// placeIn returns the place of a student on the waitlist of a course, 1 for the one
// who waits longest, or 0.
func placeIn(course courses.Course, student courses.StudentID) int {
	for i, place := range course.Waiting {
		if place.Student == student {
			return i + 1
		}
	}
	return 0
}

// A placeLine is one who has a place in a course: a seat, or one on the waitlist.
type placeLine struct {
	Number    string
	Name, URL string
	Since     string
	You       bool
	LeaveURL  string
}

// Act words the button that gives the place back.
func (l placeLine) Act() string {
	if l.You {
		return "Leave"
	}
	return "Remove"
}

// A waitLine is a course that a student waits for.
type waitLine struct {
	Title, URL string
	Place      string // "second of 3"
	LeaveURL   string
}

func waitlistURL(course string) string { return "/courses/" + course + "/waitlist" }

func leaveWaitlistURL(place courses.Seat) string {
	return waitlistURL(string(place.Course)) + "/" + string(place.Student) + "/delete"
}
