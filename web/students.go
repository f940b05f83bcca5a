package web

import (
	"fmt"
	"net/http"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type studentsView struct {
	layout
	Find     string
	Students []studentLine
	Pager    ui.Pager
}

type studentLine struct {
	ID, Name, URL string
	Count         string
	You           bool
	Forgotten     bool
}

// students is the page of all students, to act as one of them.
func (p *cataloguePages) students(v *visit) error {
	view := studentsView{Find: v.search()}
	all := list{name: "students", label: "Students", path: "/students", find: view.Find}
	at, err := all.at(v)
	if err != nil {
		return err
	}
	var page readmodel.Page[readmodel.Student]
	view.layout, err = v.pageAsOf("Students", sectionStudents, func(ask *readmodel.Questions, _ visitor) {
		ask.Students(&page, view.Find, at, studentsPerPage)
	})
	if err != nil {
		return err
	}
	for _, student := range page.Rows {
		view.Students = append(view.Students, studentLine{
			ID: string(student.ID), Name: student.Name, URL: story.StudentURL(student.ID),
			Count: fmt.Sprintf("%d of %d courses", student.CoursesTaken, courses.MaxCourses),
			You:   student.ID == view.Acting.ID, Forgotten: student.Forgotten,
		})
	}
	view.Pager = all.pager(at, page.Previous, page.Next)
	view.Topics = []topic{
		typeTopic(courses.StudentRegistered{}), typeTopic(courses.StudentForgotten{}),
		typeTopic(courses.StudentSubscribedToCourse{}), typeTopic(courses.StudentUnsubscribedFromCourse{}),
	}
	return v.render(http.StatusOK, view.at(studentsPage(view)))
}

var whyStudents = ui.Idea{
	Text: "A student is what some events carry as a tag, and nothing has to be loaded or locked as a whole before something is decided about one. " +
		"How many courses somebody takes is counted for the decision that asks, from the events of that student alone.",
	URL: story.SourceURL("domain/courses/projections.go", "CoursesTaken"), Words: "How a student's courses are counted",
}
