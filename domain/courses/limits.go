package courses

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of the rules.
const (
	MaxCourses  = 10     // that a student takes at once
	MinCapacity = 1      // seats of a course
	MaxCapacity = 10_000 // seats of a course
	MaxText     = 100    // characters of a title or a name
)

var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Valid reports whether the id is one that a course can have.
func (id CourseID) Valid() bool { return idPattern.MatchString(string(id)) }

// Valid reports whether the id is one that a student can have.
func (id StudentID) Valid() bool { return idPattern.MatchString(string(id)) }

// validText reports whether a text can be a title or a name: something to read,
// not too long, and no control characters in it.
func validText(text string) bool {
	return utf8.ValidString(text) &&
		strings.TrimSpace(text) != "" &&
		utf8.RuneCountInString(text) <= MaxText &&
		!strings.ContainsFunc(text, unicode.IsControl)
}

func validCapacity(seats int) bool { return MinCapacity <= seats && seats <= MaxCapacity }
