package race

import (
	"fmt"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/lab"
)

// Things are seats of a course, or courses of a student, drawn one by one: those that there may
// be, and those that are too many.
type things struct {
	Dots  []dot
	Words string // for screen readers
}

// A dot is one thing. Its kind is "seat", "course", or "wrong" before one of these.
type dot struct{ Kind, X string }

// thingsOf draws n things in a row. More than most are too many.
func thingsOf(kind string, n, most int, words string) things {
	const wide = 17
	t := things{Words: words}
	for i := range n {
		d := dot{kind, strconv.Itoa(wide * i)}
		if i >= most {
			d.Kind = "wrong-" + kind
		}
		t.Dots = append(t.Dots, d)
	}
	return t
}

// seatThings are the seats that were given away in a burst.
func seatThings(burst lab.Burst, row lab.Row) things {
	words := fmt.Sprintf("%d seats, as many as there are.", burst.Seats)
	if row.Oversold > 0 {
		words = fmt.Sprintf("%d seats, and %d more than there are.", burst.Seats, row.Oversold)
	}
	return thingsOf("seat", burst.Seats+row.Oversold, burst.Seats, words)
}

// courseThings are the courses of the student who asked for more than a student may have.
func courseThings(row lab.Row) things {
	words := fmt.Sprintf("One student has %d courses. %d are allowed.", row.MostCourses, courses.MaxCourses)
	return thingsOf("course", row.MostCourses, courses.MaxCourses, words)
}
