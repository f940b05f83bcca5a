package story

import (
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// An EventWords is how pages speak of one event.
type EventWords struct {
	Icon     string // a symbol of the sprite
	Kind     string // what happened, without whom: "subscribed"
	Label    string // the one word that tells the event from its neighbours: a name, a number
	Sentence string // all of it: "Ada took a seat in Algebra"
	Inner    string // the sentence inside another one, if it begins with a small letter there
	Noun     string // what a boundary looks at, with events of this type: "seats taken"
	Plan     string // what a decision plans that appends the event: to "seat Ada"
	Done     string // one word to whoever asked for it: "Seated"
	Notice   string // the rest of that notice: "you have a seat in Algebra."
	Reason   string // the numbers that the rules compared, if they did
}

// A Voice tells what happened. The names may be younger than the event.
type Voice struct {
	Names readmodel.Names
	You   courses.StudentID // the student who is called "you", or ""
	Knew  []receipt.Known   // what the decision knew that wanted the event, for Notice and Reason

	served int // how many of those who waited got a seat in the same decision
}

// Words puts an event into words, for no student in particular.
func Words(names readmodel.Names, eventType string, data []byte) EventWords {
	return Voice{Names: names}.Words(eventType, data)
}

// Words puts an event into words. Texts are as long as the rules allow, whatever somebody
// else stored.
func (v Voice) Words(eventType string, data []byte) EventWords {
	fact, err := courses.Decode(eventType, data)
	if row, known := rowsByType[eventType]; known && err == nil {
		return row.words(fact, v)
	}
	words := wordsOfOther(eventType)
	if err != nil {
		words.Sentence += ", whose content can't be read"
	}
	return words
}

// WordsOfType returns what can be said of every event of a type: its Icon, Kind, Noun and
// Done.
func WordsOfType(eventType string) EventWords {
	if row, known := rowsByType[eventType]; known {
		return row.words(row.zero, Voice{})
	}
	return wordsOfOther(eventType)
}

// wordsOfOther speaks of a type that the domain does not know: others may write into the
// log, too.
func wordsOfOther(eventType string) EventWords {
	return EventWords{
		Icon: "t-other", Kind: eventType, Label: eventType, Sentence: eventType,
		Noun: eventType, Plan: "append it", Done: "Appended",
	}
}

// Kinds names what a boundary looks at, by the types of the events that it asks for.
func Kinds(types []string) string {
	if len(types) == 0 {
		return "every event"
	}
	nouns := make([]string, len(types))
	for i, eventType := range types {
		nouns[i] = WordsOfType(eventType).Noun
	}
	return ui.And(nouns)
}

// Someone words who did something: "you have" if it is You, otherwise the name and "has".
func (v Voice) Someone(id courses.StudentID, you, other string) string {
	if id == v.You {
		return you
	}
	return v.student(id) + " " + other
}

func (v Voice) student(id courses.StudentID) string {
	if id == v.You && id != "" {
		return "you"
	}
	if _, known := v.Names.Students[id]; known {
		return v.Names.Student(id)
	}
	return short(string(id))
}

func (v Voice) course(id courses.CourseID) string {
	if _, known := v.Names.Courses[id]; known {
		return v.Names.Course(id)
	}
	return short(string(id))
}

// named writes the name in an event, which the student may have no more.
func (v Voice) named(id courses.StudentID, name sealed.Text) string {
	return v.Names.Named(id, short(string(name)))
}

// titled writes the title in an event, which the course may have no more.
func (v Voice) titled(id courses.CourseID, title string) string {
	return v.Names.Titled(id, short(title))
}

// knew returns what the decision knew under a name.
func (v Voice) knew(name string) string { return Known(v.Knew, name).Value }

// counted returns how many the decision knew of under a name.
func (v Voice) counted(name string) int { return len(Known(v.Knew, name).Items) }

// StudentNames returns the names of students, or their ids where no name is known.
func StudentNames(names readmodel.Names, ids []courses.StudentID) []string {
	called := make([]string, len(ids))
	for i, id := range ids {
		called[i] = names.Student(id)
	}
	return called
}

// short cuts a text to the length that a title or a name may have. A sealed name stays whole,
// so that it can be opened.
func short(text string) string {
	if len(text) <= courses.MaxText || courses.IsSealedName(sealed.Text(text)) {
		return text
	}
	runes := 0
	for i := range text {
		if runes++; runes > courses.MaxText {
			return text[:i] + "…"
		}
	}
	return text
}
