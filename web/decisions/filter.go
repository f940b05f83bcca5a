package decisions

import (
	"net/http"
	"net/url"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// A filter selects the decisions in the list. The address of the page has it as parameters.
type filter struct {
	Kind            receipt.Kind
	Course, Student ui.Field // their ids
	Races           bool

	names readmodel.Names
}

// A kindChoice is a link that shows the decisions of one kind.
type kindChoice struct {
	Kind   receipt.Kind
	Words  string
	Icon   string
	Chosen bool
	URL    string // of the list with this kind, and otherwise the same filter
}

var kindWords = []kindChoice{
	{Kind: receipt.AnyKind, Words: "All", Icon: "i-open"},
	{Kind: receipt.KindConflicted, Words: "With a conflict", Icon: "i-conflict"},
	{Kind: receipt.KindRefused, Words: "Refused", Icon: "i-refused"},
	{Kind: receipt.KindLost, Words: "Lost", Icon: "i-stop"},
}

// filterOf reads the parameters of an address. People type ids, so a wrong id is an error at
// its field. The form offers all other values, so a wrong one is a bad request.
func filterOf(v *site.Visit) (filter, error) {
	var f filter
	if err := v.Once("kind", "course", "student", "races", "decisions"); err != nil {
		return f, err
	}
	asked := v.R.URL.Query()
	f.Kind = receipt.Kind(asked.Get("kind"))
	if !f.known() {
		return f, site.BadRequest(http.StatusBadRequest, "There is no such kind of decision. The address can have kind=conflicted, kind=refused or kind=lost.")
	}
	switch asked.Get("races") {
	case "":
	case "too":
		f.Races = true
	default:
		return f, site.BadRequest(http.StatusBadRequest, "Decisions of races are left out, or they are there: then the address has races=too.")
	}
	f.Course.Value = strings.TrimSpace(asked.Get("course"))
	f.Student.Value = strings.TrimSpace(asked.Get("student"))
	if id := courses.CourseID(f.Course.Value); id != "" && !id.Valid() {
		f.Course.Error = ui.Sentence(courses.ErrCourseIDInvalid.Error())
	}
	if id := courses.StudentID(f.Student.Value); id != "" && !id.Valid() {
		f.Student.Error = ui.Sentence(courses.ErrStudentIDInvalid.Error())
	}
	ui.FocusFirst(&f.Course, &f.Student)
	return f, nil
}

// known reports whether there is such a kind of decision.
func (f filter) known() bool {
	for _, choice := range kindWords {
		if choice.Kind == f.Kind {
			return true
		}
	}
	return false
}

// wrong reports whether an id in the filter can't be one. The list is empty then.
func (f filter) wrong() bool { return f.Course.Error != "" || f.Student.Error != "" }

// Kinds returns a link for each kind of decision. An id that is wrong is left out of them.
func (f filter) Kinds() []kindChoice {
	choices := make([]kindChoice, len(kindWords))
	for i, choice := range kindWords {
		choice.Chosen = choice.Kind == f.Kind
		other := f
		other.Kind = choice.Kind
		if f.wrong() {
			other.Course, other.Student = ui.Field{}, ui.Field{}
		}
		choice.URL = (&url.URL{Path: "/decisions", RawQuery: other.address().Encode()}).String()
		choices[i] = choice
	}
	return choices
}

// about returns the tags of the student and of the course that are asked for. The student
// comes first: the database walks along the first tag, and a student has fewer decisions
// than a course.
func (f filter) about() dcb.Tags {
	var tags dcb.Tags
	if id := courses.StudentID(f.Student.Value); id != "" && f.Student.Error == "" {
		tags = append(tags, id.Tag())
	}
	if id := courses.CourseID(f.Course.Value); id != "" && f.Course.Error == "" {
		tags = append(tags, id.Tag())
	}
	return tags
}

// receipts returns the filter as the store of receipts takes it.
func (f filter) receipts() receipt.Filter {
	return receipt.Filter{Kind: f.Kind, About: f.about(), Races: f.Races}
}

// Any reports whether the filter differs from that of /decisions, which selects every
// decision except those of races.
func (f filter) Any() bool { return len(f.address()) > 0 }

// Narrow reports whether the filter has anything in it besides the kind.
func (f filter) Narrow() bool {
	return f.Course.Value != "" || f.Student.Value != "" || f.Races
}

// address returns the filter as the parameters of an address.
func (f filter) address() url.Values {
	asked := url.Values{}
	for name, value := range map[string]string{"kind": string(f.Kind), "course": f.Course.Value, "student": f.Student.Value} {
		if value != "" {
			asked.Set(name, value)
		}
	}
	if f.Races {
		asked.Set("races", "too")
	}
	return asked
}

// Caption describes the decisions that the filter selects.
func (f filter) Caption() string {
	words := "All decisions"
	if f.Kind != receipt.AnyKind {
		words = "Decisions"
	}
	words += f.which()
	switch {
	case f.LeavesOutRaces():
		return words + ", without those of races"
	case f.Races && len(f.about()) == 0:
		return words + ", with those of races"
	default:
		return words
	}
}

// Nothing says that there are no such decisions.
func (f filter) Nothing() string { return "There are no decisions" + f.which() + "." }

// LeavesOutRaces reports whether the filter leaves out the decisions of races. If it asks for a
// course or a student, it does not.
func (f filter) LeavesOutRaces() bool { return !f.Races && len(f.about()) == 0 }

// URLWithRaces is the address of the list with the same filter, and with the decisions of races.
func (f filter) URLWithRaces() string {
	f.Races = true
	return (&url.URL{Path: "/decisions", RawQuery: f.address().Encode()}).String()
}

// which says how the decisions that the filter selects differ from others.
func (f filter) which() (words string) {
	var about []string
	if f.Student.Value != "" {
		about = append(about, f.names.Student(courses.StudentID(f.Student.Value)))
	}
	if f.Course.Value != "" {
		about = append(about, f.names.Course(courses.CourseID(f.Course.Value)))
	}
	if len(about) > 0 {
		words = " about " + ui.And(about)
	}
	return words + map[receipt.Kind]string{
		receipt.KindConflicted: " that met a conflict",
		receipt.KindRefused:    " that a rule refused",
		receipt.KindLost:       " that lost every attempt",
	}[f.Kind]
}

// URLAbout returns the address of the decisions about the course or the student with an id.
// The name of the parameter says which: "course" or "student".
func URLAbout(name, id string) string {
	return "/decisions?" + url.Values{name: {id}}.Encode()
}
