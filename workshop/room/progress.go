package room

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go-crablet/workshop/steps"
)

// A State is how a step was found.
type State string

// The states of a step.
const (
	Begun State = "begun" // not checked yet
	Red   State = "red"
	Green State = "green"
)

// A Progress is what the program of a participant tells a room. It says all that the room has to
// know, so one that got lost is made up for by the next.
type Progress struct {
	Participant string // a secret of the program; it tells two people with the same name apart
	Name        string // the first name
	Step        string // the name of the step or variant that is worked on; a board has no row for a variant
	State       State
	Test        string // the first test that fails; "" if none does, or if the step does not compile
	Done        []int  // the numbers of all steps that are green
	Shows       string // the address of a race or of a receipt to show to everybody, or ""
}

// The names of the fields, as they are sent.
const (
	participantField = "participant"
	nameField        = "name"
	stepField        = "step"
	stateField       = "state"
	testField        = "test"
	doneField        = "done"
	showsField       = "shows"
)

// Form returns the progress as a form.
func (p Progress) Form() url.Values {
	return url.Values{
		participantField: {p.Participant}, nameField: {p.Name}, stepField: {p.Step}, stateField: {string(p.State)},
		testField: {p.Test}, doneField: {Numbers(p.Done)}, showsField: {p.Shows},
	}
}

// ProgressOf reads a progress from a form. Its error is a [Problem] that says what is wrong.
func ProgressOf(form url.Values) (Progress, error) {
	p := Progress{
		Participant: form.Get(participantField), Name: strings.TrimSpace(form.Get(nameField)),
		Step: form.Get(stepField), State: State(form.Get(stateField)), Test: form.Get(testField), Shows: form.Get(showsField),
	}
	all, err := steps.All()
	if err != nil {
		return p, err
	}
	var known bool
	if p.Done, known = ParseNumbers(form.Get(doneField), len(all)); !known {
		return p, ErrDone
	}
	variants, err := steps.Variants()
	if err != nil {
		return p, err
	}
	isStep := func(s steps.Step) bool { return s.Name == p.Step }
	switch {
	case !aSecret.MatchString(p.Participant):
		return p, ErrParticipant
	case !ValidName(p.Name):
		return p, ErrName
	case !slices.ContainsFunc(slices.Concat(all, variants), isStep):
		return p, ErrStep
	case p.State != Begun && p.State != Red && p.State != Green:
		return p, ErrState
	case p.Test != "" && (p.State != Red || !aTest.MatchString(p.Test)):
		return p, ErrTest
	case p.Shows != "" && !toShow.MatchString(p.Shows):
		return p, ErrShows
	}
	return p, nil
}

var (
	aSecret = regexp.MustCompile(`^[0-9a-f]{32}$`)
	aName   = regexp.MustCompile(`^[\p{L}\p{M}][\p{L}\p{M}\p{Nd} .'’-]{0,29}$`)
	aTest   = regexp.MustCompile(`^Test[A-Za-z0-9_]{1,96}$`)
	toShow  = regexp.MustCompile(`^/(race|decisions)/[A-Za-z0-9-]{1,64}$`)
)

// ValidName reports whether somebody can be called by a name in a room.
func ValidName(name string) bool { return aName.MatchString(name) }

// Numbers writes the numbers of steps as addresses have them: "1-2-5".
func Numbers(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, "-")
}

// ParseNumbers reads what [Numbers] wrote, and reports whether each number is one of a step. There
// are as many steps as most says.
func ParseNumbers(text string, most int) (numbers []int, known bool) {
	if text == "" {
		return nil, true
	}
	for word := range strings.SplitSeq(text, "-") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > most || len(numbers) == most {
			return nil, false
		}
		numbers = append(numbers, n)
	}
	return numbers, true
}

// A Problem is a sentence for whoever sent something that a room can't use.
type Problem string

func (p Problem) Error() string { return string(p) }

// The problems.
const (
	ErrNoRoom      = Problem("There is no room with this code here. It was stopped, or the code is not right, or another process has it.")
	ErrFull        = Problem("The room is full: 60 people are in it. Work on without it, or share a machine.")
	ErrManyRooms   = Problem("Twenty rooms are open already. Stop one of them first.")
	ErrTooSoon     = Problem("The room heard of you a moment ago. The next check tells it how you stand.")
	ErrName        = Problem("A first name has 1 to 30 letters. Spaces, dots, dashes and apostrophes may stand between them.")
	ErrParticipant = Problem("The field participant has to be 32 hexadecimal digits that nobody else sends.")
	ErrStep        = Problem("There is no such step. Send the field step as the name of its folder, like 03-condition.")
	ErrState       = Problem("Send the field state as begun, red or green.")
	ErrTest        = Problem("The field test names the first test that fails, like TestOne. Leave it out unless the step is red.")
	ErrDone        = Problem("The field done has the numbers of the steps that are green, like 1-2-5.")
	ErrShows       = Problem("A room can show a race or a receipt of this application. Send the field shows as its address, like /race/abc.")
)
