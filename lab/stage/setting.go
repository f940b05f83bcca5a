package stage

// A Setting is what is played, before anybody takes a step.
type Setting struct {
	Beside   Beside
	Boundary Boundary
	Append   Append
}

// Beside is who decides beside Ada, and about what. Its texts stand in addresses.
type Beside string

// The decisions beside Ada's, who always wants a seat in Type Theory.
const (
	SameCourse  Beside = "same"  // Kofi wants a seat there, too. There is one.
	OtherCourse Beside = "other" // Kofi wants a seat in Logic.
	NewTitle    Beside = "title" // The registrar gives Type Theory another title.
	SecondTab   Beside = "tab"   // Ada wants a seat in Logic, in a second tab. She takes nine courses.
)

// A Boundary is which events count as new for an append. Its texts stand in addresses.
type Boundary string

// The boundaries. Only the first one is right.
const (
	Exact     Boundary = "exact"  // those that can change the decision
	TagOnly   Boundary = "tag"    // all with the tag of the course or of the student, whatever their type
	OneStream Boundary = "stream" // all with the tag of the course
	AndForOr  Boundary = "and"    // those with the tags of both
)

// An Append is how an append keeps its condition. Its texts stand in addresses.
type Append string

// The appends. Only the first one is right.
const (
	Correct     Append = "correct"
	NoCondition Append = "none"     // it has no condition
	NoLock      Append = "unlocked" // it checks the condition in one step and inserts in the next
)

// Besides returns who can decide beside Ada, in the order in which it is shown.
func Besides() []Beside { return []Beside{SameCourse, OtherCourse, NewTitle, SecondTab} }

// Boundaries returns all boundaries, the right one first.
func Boundaries() []Boundary { return []Boundary{Exact, TagOnly, OneStream, AndForOr} }

// Appends returns all ways to append, the right one first.
func Appends() []Append { return []Append{Correct, NoCondition, NoLock} }

// A Preset is a setting with a name.
type Preset struct {
	Name string
	Setting
}

// Presets returns the settings that show most. The first one is where a visitor begins.
func Presets() []Preset {
	return []Preset{
		{"The last seat", Setting{SameCourse, Exact, Correct}},
		{"The tenth course", Setting{SecondTab, Exact, Correct}},
		{"Strangers", Setting{OtherCourse, Exact, Correct}},
		{"Sold twice", Setting{SameCourse, Exact, NoCondition}},
		{"A false conflict", Setting{NewTitle, TagOnly, Correct}},
	}
}

// Acts returns what each actor does, one after the other.
func (s Setting) Acts() []Act {
	if s.Append == NoLock {
		return []Act{Read, Decide, Send, Insert}
	}
	return []Act{Read, Decide, Send}
}
