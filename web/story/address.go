package story

import (
	"fmt"
	"strconv"

	"go-crablet/domain/courses"
)

// CourseURL is the address of a course's page.
func CourseURL(id courses.CourseID) string { return "/courses/" + string(id) }

// StudentURL is the address of a student's page.
func StudentURL(id courses.StudentID) string { return "/students/" + string(id) }

// DecisionURL is the address of a receipt.
func DecisionURL(id string) string { return "/decisions/" + id }

// EventURL is the address of an event's page.
func EventURL(position int64) string { return "/log/" + strconv.FormatInt(position, 10) }

// RaceURL is the address of a race.
func RaceURL(id string) string { return "/race/" + id }

// HeldURL is the address of a decision that is held before its append.
func HeldURL(id string) string { return "/held/" + id }

// WaitlistURL is where a form puts a student on the waitlist of a course.
func WaitlistURL(course string) string { return "/courses/" + course + "/waitlist" }

// Anchor is the id of an event's line on a page.
func Anchor(position int64) string { return fmt.Sprintf("at-%d", position) }
