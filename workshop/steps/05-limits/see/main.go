// Command see lets the fifth step race: one student asks for fifteen courses at once.
package main

import (
	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab"
	"go-crablet/workshop/see"
	limits "go-crablet/workshop/steps/05-limits"
)

func main() {
	see.Main(see.Commands("workshop/steps/05-limits", func(student courses.StudentID, course courses.CourseID) dcb.Command {
		return limits.SubscribeStudent{Student: student, Course: course}
	}, lab.Cast{Collector: lab.Electives}))
}
