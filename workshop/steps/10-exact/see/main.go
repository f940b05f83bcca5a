// Command see lets the tenth step race: one student asks for fifteen courses at once, and five students
// each want a seat in a course that gets a new title meanwhile.
package main

import (
	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab"
	"go-crablet/workshop/see"
	exact "go-crablet/workshop/steps/10-exact"
)

func main() {
	see.Main(see.Commands("workshop/steps/10-exact", func(student courses.StudentID, course courses.CourseID) dcb.Command {
		return exact.SubscribeStudent{Student: student, Course: course}
	}, lab.Cast{Collector: lab.Electives, Quiet: 5}))
}
