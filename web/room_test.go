package web_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

// fillsTen gives a student seats in new courses until there are ten.
func (a *app) fillsTen(student courses.StudentID, has int) {
	for i := has; i < courses.MaxCourses; i++ {
		id := courses.CourseID(fmt.Sprint("extra-", i))
		a.carryOut(courses.DefineCourse{Course: id, Title: fmt.Sprint("Extra ", i), Capacity: 3})
		a.carryOut(courses.SubscribeStudent{Student: student, Course: id})
	}
}

// Ada has seats in three courses of the sample term.
func TestPagesOfferToSwapAndToLeave(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	offers := func(role, path, action string) bool {
		for _, form := range formsIn(app.in(role).get(path).body) {
			if form.action == action {
				return true
			}
		}
		return false
	}
	for _, test := range []struct {
		role, path, action string
		offered            bool
	}{
		{"ada", "/courses/compilers", "/courses/compilers/swaps", true},
		{"ada", "/courses/cryptography", "/courses/cryptography/swaps", false},     // she has a seat in it
		{"ada", "/courses/formal-methods", "/courses/formal-methods/swaps", false}, // it is full
		{"ada", "/courses/human-factors", "/courses/human-factors/swaps", false},   // it is archived
		{"nobody", "/courses/compilers", "/courses/compilers/swaps", false},
		{"ada", "/students/ada", "/students/ada/leave", true},
		{"ada", "/students/kofi", "/students/kofi/leave", false},
		{"registrar", "/students/kofi", "/students/kofi/leave", true},
		{"registrar", "/students/kofi", "/students/kofi/leave-archived", false}, // he has no such seat
		{"registrar", "/students/aiko", "/students/aiko/leave-archived", true},
		{"ada", "/students/aiko", "/students/aiko/leave-archived", false},
	} {
		assert.Equal(t, test.offered, offers(test.role, test.path, test.action), "%+v", test)
	}
	assert.Contains(t, app.in("registrar").get("/students/aiko").text(), "1 slot is taken by an archived course.")
}

func TestPagesSayWhoIsPassedOverAndWhy(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.fillsTen("ada", 3)
	ada := app.as("ada")
	assert.Contains(t, ada.get("/courses/formal-methods").text(), "You take ten courses already. You can wait here, and get a seat once you have room.")
	assert.Contains(t, ada.get("/courses/compilers").text(), "You take ten courses already. Swap one for this one, or give one back first.")

	require.Equal(t, http.StatusSeeOther, ada.post("/courses/formal-methods/waitlist").status)
	assert.Contains(t, ada.get("/students/ada").text(), "Ten courses: a free seat goes to the next in line.")
	app.carryOut(courses.LeaveWaitlist{Student: "ines", Course: "formal-methods"})
	app.carryOut(courses.ChangeCapacity{Course: "formal-methods", NewCapacity: 4})
	assert.Contains(t, ada.get("/students/ada").text(), "A seat is free, but there is no room: ten courses. Give one back to get it.")
	assert.Contains(t, ada.get("/courses/formal-methods").text(), "A seat is free. It goes to the first in line who has room.")
	assert.Contains(t, ada.get("/courses/formal-methods").text(), "Ada, first in line", "the registrar is offered those who wait first")

	left := ada.post("/courses/extra-5/subscriptions/ada/delete")
	require.Equal(t, http.StatusSeeOther, left.status)
	assert.Contains(t, ada.get(left.location).told(t), "Left: you have no seat in Extra 5 any more. You have a seat in Formal Methods now.")
}
