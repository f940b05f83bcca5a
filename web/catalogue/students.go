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

type studentsView struct {
	site.Layout
	Find     string
	Students []studentLine
	Pager    ui.Pager
	Orders   ui.Orders
}

// A studentLine is one student in the list.
type studentLine struct {
	ID, Name, URL string
	Count         string
	You           bool
	Forgotten     bool
}

// Students is the page of all students, where the visitor chooses whom to act as.
func (p *Pages) Students(v *site.Visit) error {
	view := studentsView{Find: v.Search()}
	order, err := v.Order()
	if err != nil {
		return err
	}
	all := site.List{Name: "students", Label: "Students", Path: "/students", Find: view.Find, Order: order}
	at, err := all.At(v)
	if err != nil {
		return err
	}
	var page readmodel.Page[readmodel.Student]
	view.Layout, err = v.PageAsOf("Students", site.SectionStudents, func(ask *readmodel.Questions, _ site.Visitor) {
		if order == site.ByName {
			ask.StudentsByName(&page, view.Find, at, site.StudentsPerPage)
		} else {
			ask.Students(&page, view.Find, at, site.StudentsPerPage)
		}
	})
	if err != nil {
		return err
	}
	view.Students = studentLines(page.Rows, view.Acting.ID)
	view.Pager, view.Orders = all.Pager(at, page.Previous, page.Next), all.Orders()
	view.Topics = []site.Topic{
		site.TypeTopic(courses.StudentRegistered{}), site.TypeTopic(courses.StudentForgotten{}),
		site.TypeTopic(courses.StudentSubscribedToCourse{}), site.TypeTopic(courses.StudentUnsubscribedFromCourse{}),
	}
	return v.Render(http.StatusOK, view.InMoment(studentsPage(view)))
}

// studentLines lists students; acting is the one whom the visitor acts as.
func studentLines(students []readmodel.Student, acting courses.StudentID) []studentLine {
	lines := make([]studentLine, len(students))
	for i, student := range students {
		lines[i] = studentLine{
			ID: string(student.ID), Name: student.Called(), URL: story.StudentURL(student.ID),
			Count: fmt.Sprintf("%d of %d courses", student.CoursesTaken, courses.MaxCourses),
			You:   student.ID == acting, Forgotten: student.Forgotten,
		}
		if student.Forgotten { // the list shows the id in any case
			lines[i].Name = student.Name
		}
	}
	return lines
}

var whyStudents = ui.Idea{
	Text: "A student is a tag that some events carry, and nothing is loaded or locked as a whole before something is decided. " +
		"A decision that asks how many courses a student takes counts them in the events with that tag.",
	URL: story.SourceURL("domain/courses/projections.go", "CoursesTaken"), Words: "How a student's courses are counted",
}
