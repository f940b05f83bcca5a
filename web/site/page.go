package site

import (
	"net/http"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// Questions add what a page wants to know to the questions of its layout, for the visitor
// who looks at the page. They may be nil.
type Questions func(ask *readmodel.Questions, v Visitor)

// maxOthers bounds the menu of students to act as. A page of its own lists all students.
const maxOthers = 8

// Page begins a page. It finds out who the visitor is, and asks the read model the questions
// of the page and those of the layout together, so all answers are as of one position. If a
// command has just sent the visitor here, the layout has the notice about that command.
func (v *Visit) Page(title, section string, ofPage Questions) (Layout, error) {
	if err := v.onlyNow(); err != nil {
		return Layout{}, err
	}
	who, err := v.Visitor()
	if err != nil {
		return Layout{}, err
	}
	if made := v.R.Header.Values(madeForHeader); v.IsRefetch() && len(made) > 0 && made[0] != who.mark() {
		return Layout{}, errOfAnother
	}
	l := v.layout(title, section)
	l.Registrar, l.MadeFor = who.Registrar, who.mark()
	var left *pendingNotice
	if v.R.Method == http.MethodGet {
		// The answer to a command has no address to fetch again: that would send the command again.
		l.Here = v.R.URL.RequestURI()
		if !v.IsRefetch() {
			if left, err = v.takeResult(); err != nil {
				return l, err
			}
		}
	}
	l.Done = StepsOf(v.Notes())
	if err := v.answer(&l, who, left, ofPage); err != nil {
		return l, err
	}
	if left != nil {
		n := l.tell(*left)
		l.Notice = &n
	}
	return l, nil
}

// layout is what the frame of every page has, at any moment.
func (v *Visit) layout(title, section string) Layout {
	l := v.bareLayout(title)
	l.Section, l.Path, l.Query, l.Bars = section, v.R.URL.Path, v.R.URL.RawQuery, v.bars()
	l.StageMode = inStageMode(v.Own())
	return l
}

// answer asks the read model for what the layout shows, what the pending notice needs, and
// what the page wants to know.
func (v *Visit) answer(l *Layout, who Visitor, left *pendingNotice, ofPage Questions) error {
	var ask readmodel.Questions
	var places []readmodel.Place
	meet := l.askWho(&ask, who.Acting)
	ask.PlacesOf(&places, who.Acting)
	if left != nil {
		left.ask(&ask)
	}
	if ofPage != nil {
		ofPage(&ask, who)
	}
	term, err := v.Terms.Ask(v.Context(), &ask)
	if err != nil {
		return err
	}
	l.Position, l.Lag = term.Position, term.Lag()
	meet()
	if l.Someone() {
		var waits []string
		l.Promoted, waits = v.promotions(l.Acting.ID, places, left)
		v.rememberWaits(waits)
	}
	return nil
}

// askWho asks for the student whom the visitor acts as, and for some to act as instead. Call meet
// once the questions are answered.
func (l *Layout) askWho(ask *readmodel.Questions, acting courses.StudentID) (meet func()) {
	var first readmodel.Page[readmodel.Student]
	ask.Student(&l.Acting, acting)
	ask.Students(&first, "", readmodel.Cursor{}, maxOthers+1)
	return func() {
		if l.Acting.Forgotten {
			l.Acting = readmodel.Student{} // nobody can act as a forgotten student
		}
		for _, student := range first.Rows {
			if student.ID != l.Acting.ID && !student.Forgotten && len(l.Others) < maxOthers {
				l.Others = append(l.Others, student)
			}
		}
	}
}

// PageAsOf begins a page as [Visit.Page] does, or as of an earlier position of the log if
// the address asks for one. The read model keeps no earlier state, so the page's questions
// are then answered from the log itself.
func (v *Visit) PageAsOf(title, section string, ofPage Questions) (Layout, error) {
	position, err := v.AsOf()
	if err != nil {
		return Layout{}, err
	}
	if position == 0 {
		l, err := v.Page(title, section, ofPage)
		l.LooksBack, l.kept = true, v.keptOverTime()
		return l, err
	}
	past, err := readmodel.AsOf(v.Context(), v.PageLog(v.Context()), v.Keys, position)
	if err != nil {
		return Layout{}, err
	}
	if past.Position < position {
		return Layout{}, BadRequest(http.StatusNotFound, ui.Sentence(ErrBeyond(past.Head).Error()+", so nothing is known as of a later one"))
	}
	l := v.layout(title, section)
	l.Position, l.LooksBack, l.Done = past.Position, true, StepsOf(v.Notes())
	if l.Moment, err = v.momentOf(past); err != nil {
		return l, err
	}
	var ask readmodel.Questions
	who := Visitor{Acting: Acting(v.Who())} // without the registrar's role: nothing can be done in the past
	ask.Student(&l.Acting, who.Acting)
	if ofPage != nil {
		ofPage(&ask, who)
	}
	if err := past.Ask(v.Context(), &ask); err != nil {
		return l, err
	}
	if l.Position < l.Moment.Head {
		v.Did(&l, LookedBack)
	}
	return l, nil
}
