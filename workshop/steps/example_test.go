package steps_test

import (
	"fmt"
	"strings"

	"go-crablet/workshop/steps"
)

// The exercise is the solution with other text in its marked regions.
func ExampleStep_Exercise() {
	step := steps.Step{Solution: `func tags() dcb.Tags {
	//workshop:write the tags of the course and of the student
	return dcb.NewTags("course_id", "algebra", "student_id", "ada")
	//workshop:instead
	// return nil
	//workshop:end
}
`}
	fmt.Println(strings.ReplaceAll(step.Exercise(), "\t", "    "))
	fmt.Println(strings.ReplaceAll(step.Solved(), "\t", "    "))
	// Output:
	// func tags() dcb.Tags {
	//     // Your turn: the tags of the course and of the student.
	//     return nil
	// }
	//
	// func tags() dcb.Tags {
	//     return dcb.NewTags("course_id", "algebra", "student_id", "ada")
	// }
}
