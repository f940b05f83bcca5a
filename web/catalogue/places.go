package catalogue

import (
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A placeLine is a student in a list of a course: of those who have a seat, or who wait.
type placeLine struct {
	Anchor    string // the id of its row
	Number    string // on the waitlist, else ""
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

// linesOf lists members of a course. Below the address places each of them has a form to
// leave; acting is the student whom the visitor acts as.
func linesOf(members []readmodel.Member, places string, acting courses.StudentID) []placeLine {
	lines := make([]placeLine, len(members))
	for i, member := range members {
		lines[i] = placeLine{
			Anchor: "seat-" + string(member.ID), Name: member.Name, URL: story.StudentURL(member.ID), Since: since(member.Since),
			You:      member.ID == acting,
			LeaveURL: places + "/" + string(member.ID) + "/delete",
		}
	}
	return lines
}

// queueOf lists the members on a waitlist as [linesOf] does, with numbers.
func queueOf(members []readmodel.Member, waitlist string, acting courses.StudentID) []placeLine {
	lines := linesOf(members, waitlist, acting)
	for i := range lines {
		lines[i].Anchor, lines[i].Number = "wait-"+string(members[i].ID), strconv.Itoa(i+1)
	}
	return lines
}

// A seatLine is a course in which a student has a seat.
type seatLine struct {
	Anchor     string // the id of its row
	Title, URL string
	Since      string
	LeaveURL   string
}

// A waitLine is a course that a student waits for.
type waitLine struct {
	Anchor     string // the id of its row
	Course     courses.CourseID
	Title, URL string
	Place      string // "second in line"
	LeaveURL   string
}

// seatsAndWaits lists the places of a student: the seats, and the places on waitlists.
func seatsAndWaits(student string, places []readmodel.Place) (seats []seatLine, waits []waitLine) {
	for _, place := range places {
		url := story.CourseURL(place.Course)
		if place.Waiting {
			waits = append(waits, waitLine{
				Anchor: "wait-" + string(place.Course), Course: place.Course, Title: place.Title, URL: url, Place: ui.Ordinal(place.InFront+1) + " in line",
				LeaveURL: story.WaitlistURL(string(place.Course)) + "/" + student + "/delete",
			})
			continue
		}
		seats = append(seats, seatLine{
			Anchor: "seat-" + string(place.Course), Title: place.Title, URL: url, Since: since(place.Since),
			LeaveURL: url + "/subscriptions/" + student + "/delete",
		})
	}
	return seats, waits
}
