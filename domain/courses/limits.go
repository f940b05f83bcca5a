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
	MaxWaiting  = 50     // students on a waitlist
	MinCapacity = 1      // seats of a course
	MaxCapacity = 10_000 // seats of a course
	MaxText     = 100    // characters of a title or a name
)

var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Valid reports whether the id is one that a course can have.
func (id CourseID) Valid() bool { return idPattern.MatchString(string(id)) }

// Valid reports whether the id is one that a student can have.
func (id StudentID) Valid() bool { return idPattern.MatchString(string(id)) }

// ValidText reports whether a text can be a title or a name: it has something to see, is
// not too long, and does not control how the text around it is shown.
func ValidText(text string) bool {
	return utf8.ValidString(text) &&
		strings.ContainsFunc(text, isVisible) &&
		utf8.RuneCountInString(text) <= MaxText &&
		!strings.ContainsFunc(text, isControl)
}

// isVisible reports whether a character leaves a mark. The fillers count as letters
// in Unicode and show nothing.
func isVisible(c rune) bool {
	const fillers = "\u115f\u1160\u3164\uffa0\u2800"
	return unicode.IsGraphic(c) && !unicode.IsSpace(c) && !unicode.Is(unicode.Mn, c) && !strings.ContainsRune(fillers, c)
}

// isControl reports whether a code point controls others, breaks the line, or will never
// be a character: a control or format character, such as one that turns the direction of
// writing, a line separator, or what Unicode calls a noncharacter. The two joiners are
// allowed, because names in some scripts need them.
func isControl(c rune) bool {
	const joiners = "\u200c\u200d"
	return unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point) && !strings.ContainsRune(joiners, c)
}

func validCapacity(seats int) bool { return MinCapacity <= seats && seats <= MaxCapacity }
