package readmodel_test

import (
	"context"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
)

// Two students may be called the same. Pages write a name with Called, or ask for Names: then the
// id stands beside a name that is not unique.
func ExampleStudent_Called() {
	ctx := context.Background()
	model, log, _, done := openExample(ctx)
	defer done()
	carryOut(ctx, log,
		courses.RegisterStudent{Student: "jose", Name: "José"},
		courses.RegisterStudent{Student: "kofi", Name: "Kofi"},
		courses.RegisterStudent{Student: "jose-2", Name: "Jose"},
		courses.DefineCourse{Course: "logic", Title: "Logic", Capacity: 9})
	awaitHead(ctx, model, log)

	var ask readmodel.Questions
	var students readmodel.Page[readmodel.Student]
	var names readmodel.Names
	ask.StudentsByName(&students, "", readmodel.Cursor{}, 20)
	ask.Names(&names, dcb.NewTags("student_id", "jose", "course_id", "logic"))
	if _, err := model.Ask(ctx, &ask); err != nil {
		panic(err)
	}
	for _, student := range students.Rows {
		fmt.Println(student.Called())
	}
	fmt.Println(names.Student("jose"), "was", names.Named("jose", "Pepe"), "before, and", names.Titled("logic", "Logic I"), "is", names.Course("logic"))
	// Output:
	// José (jose)
	// Jose (jose-2)
	// Kofi
	// José (jose) was Pepe (jose) before, and Logic I is Logic
}

// People write an id in any case. A page finds out which one they mean, and whether a title or
// a name is taken already.
func ExampleQuestions_CourseInAnyCase() {
	ctx := context.Background()
	model, log, _, done := openExample(ctx)
	defer done()
	carryOut(ctx, log,
		courses.DefineCourse{Course: "TT-2", Title: "Type Theory", Capacity: 9},
		courses.RegisterStudent{Student: "ada", Name: "Ada"})
	awaitHead(ctx, model, log)

	var ask readmodel.Questions
	var course courses.CourseID
	var student courses.StudentID
	var byTitle readmodel.Page[readmodel.Course]
	var twin courses.CourseID
	var namesake courses.StudentID
	ask.CourseInAnyCase(&course, "tt-2")
	ask.StudentInAnyCase(&student, "Ada")
	ask.CourseCalled(&twin, " type théory")
	ask.StudentCalled(&namesake, "Kofi")
	ask.CoursesByName(&byTitle, "", readmodel.Cursor{}, 20)
	if _, err := model.Ask(ctx, &ask); err != nil {
		panic(err)
	}
	fmt.Println(course, student, len(byTitle.Rows), twin, namesake == "")
	// Output: TT-2 ada 1 TT-2 true
}

// Search compares texts as people type them.
func ExampleFolded() {
	fmt.Println(readmodel.Folded("  Ærø’s ŁÓDŹ "))
	// Output: aero's lodz
}

// A name that is written from right to left keeps its direction to itself.
func ExampleIsolated() {
	fmt.Printf("%+q %+q\n", readmodel.Isolated("Ada"), readmodel.Isolated("\u05d0\u05d1\u05d9"))
	// Output: "Ada" "\u2068\u05d0\u05d1\u05d9\u2069"
}

// An event is told with the names of its time. Whether anybody was renamed since is asked together
// with the names of now.
func ExampleReadNamesOver() {
	ctx := context.Background()
	model, log, _, done := openExample(ctx)
	defer done()
	carryOut(ctx, log,
		courses.DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 9},
		courses.RenameCourse{Course: "algebra", NewTitle: "Linear Algebra"})
	awaitHead(ctx, model, log)

	var ask readmodel.Questions
	var now readmodel.Names
	var renamed dcb.Tags
	algebra := dcb.NewTags("course_id", "algebra")
	ask.Names(&now, algebra)
	ask.Renamed(&renamed, algebra, 1)
	if _, err := model.Ask(ctx, &ask); err != nil {
		panic(err)
	}
	over, err := readmodel.ReadNamesOver(ctx, log, now, renamed, []int64{1, 2})
	if err != nil {
		panic(err)
	}
	fmt.Println(renamed, over.At(1).Course("algebra"), "became", over.At(2).Course("algebra"))
	// Output: [course_id:algebra] Algebra became Linear Algebra
}
