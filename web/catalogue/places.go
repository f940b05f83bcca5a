package catalogue

import (
	"slices"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A placeLine is a student in a list of a course: of those who have a seat, or who wait.
type placeLine struct {
	ID        string // of the button that gives the place back
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

// has reports whether the line has the button.
func (l placeLine) has(page site.Layout) bool { return !page.Past() && (page.Registrar || l.You) }

// The rows of a list that a button is about, by the ids of their buttons: the row that the
// button is in, and the one that has the focus after it was pressed.
type rows struct{ This, Next string }

// backTo returns the address to come back to: the page as it is shown, and the row.
func (r rows) backTo(page site.Layout) string {
	if r.Next == "" {
		return page.From()
	}
	return page.From() + "#" + r.Next
}

// stays is a row that has the focus again after its button was pressed.
func stays(id string) rows { return rows{id, id} }

// goes is a row that is gone after its button was pressed. Then the next one of all rows with
// a button has the focus, or the one before if it was the last.
func goes(id string, all []string) rows {
	i := slices.Index(all, id)
	switch {
	case i+1 < len(all):
		return rows{id, all[i+1]}
	case i > 0:
		return rows{id, all[i-1]}
	default:
		return rows{This: id}
	}
}

// buttonsOf returns the ids of the buttons in a list.
func buttonsOf(page site.Layout, lines []placeLine) []string {
	var ids []string
	for _, line := range lines {
		if line.has(page) {
			ids = append(ids, line.ID)
		}
	}
	return ids
}

// linesOf lists members of a course. Below the address places each of them has a form to
// leave; acting is the student whom the visitor acts as.
func linesOf(members []readmodel.Member, places string, acting courses.StudentID) []placeLine {
	lines := make([]placeLine, len(members))
	for i, member := range members {
		lines[i] = placeLine{
			ID: "leave-" + string(member.ID), Anchor: "seat-" + string(member.ID), Name: member.Called(), URL: story.StudentURL(member.ID), Since: since(member.Since),
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
		lines[i].ID, lines[i].Anchor, lines[i].Number = "wait-"+string(members[i].ID), "line-"+string(members[i].ID), strconv.Itoa(i+1)
	}
	return lines
}

// A seatLine is a course in which a student has a seat.
type seatLine struct {
	Button     rows
	Anchor     string // the id of its row
	Title, URL string
	Since      string
	LeaveURL   string
}

// A waitLine is a course that a student waits for.
type waitLine struct {
	Button     rows
	Anchor     string // the id of its row
	Course     courses.CourseID
	Title, URL string
	Place      string // "second in line"
	Note       string // why the student is passed over, or ""
	LeaveURL   string
}

// passedOver says why a student who takes so many courses does not get the seat that is waited
// for, or is "".
func passedOver(place readmodel.Place, coursesTaken int) string {
	switch {
	case coursesTaken < courses.MaxCourses:
		return ""
	case place.SeatFree:
		return "A seat is free, but there is no room: ten courses. Give one back to get it."
	default:
		return "Ten courses: a free seat goes to the next in line."
	}
}

// seatsAndWaits lists the places of a student: the seats, and the places on waitlists.
func seatsAndWaits(student string, places []readmodel.Place) (seats []seatLine, waits []waitLine) {
	taken := len(slices.DeleteFunc(slices.Clone(places), func(p readmodel.Place) bool { return p.Waiting }))
	var seatIDs, waitIDs []string
	for _, place := range places {
		if place.Waiting {
			waitIDs = append(waitIDs, "wait-"+string(place.Course))
		} else {
			seatIDs = append(seatIDs, "leave-"+string(place.Course))
		}
	}
	for _, place := range places {
		url := story.CourseURL(place.Course)
		if place.Waiting {
			waits = append(waits, waitLine{
				Button: goes("wait-"+string(place.Course), waitIDs), Anchor: "line-" + string(place.Course),
				Course: place.Course, Title: place.Called(), URL: url, Place: ui.Ordinal(place.InFront+1) + " in line",
				Note:     passedOver(place, taken),
				LeaveURL: story.WaitlistURL(string(place.Course)) + "/" + student + "/delete",
			})
			continue
		}
		seats = append(seats, seatLine{
			Button: goes("leave-"+string(place.Course), seatIDs), Anchor: "seat-" + string(place.Course),
			Title: place.Called(), URL: url, Since: since(place.Since),
			LeaveURL: url + "/subscriptions/" + student + "/delete",
		})
	}
	return seats, waits
}
