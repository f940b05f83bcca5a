package stage

import (
	"fmt"
	"slices"
	"strconv"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab/stage"
	"go-crablet/web/ui"
)

// An actorView is one of the two who decide: what they know, and what they can do.
type actorView struct {
	ID    string // "a" or "b"
	Role  role
	Seats *circles // what the actor knows of seats or courses; nil for the registrar
	Knows string
	State *badge
	Steps []stepView
}

// A badge is a word on the state of an actor.
type badge struct{ Colour, Icon, Words string }

// A stepView is the button for one step.
type stepView struct {
	Key   string // of the keyboard
	Words string
	State string // "can", "next", "cannot", "done", "bounced", "refused"
	URL   string // if the step can be taken
}

// Icon returns the icon of a step that was taken, or "".
func (s stepView) Icon() string {
	return map[string]string{"done": "i-check", "bounced": "i-conflict", "refused": "i-refused"}[s.State]
}

// After says how the step went, for those who do not see the icon.
func (s stepView) After() string {
	return map[string]string{"done": "done", "bounced": "turned away", "refused": "refused", "cannot": "not yet"}[s.State]
}

var actorIDs = [2]string{"a", "b"}

func actorOf(a address, r stage.Record, who stage.Who) actorView {
	view := actorView{ID: actorIDs[who], Role: roleOf(a.Beside, who), Steps: stepViews(a, r, who), State: stateOf(r, who)}
	known := knownBy(r, who)
	_, begun := r.Last(who)
	switch {
	case !begun:
		view.Knows = "has not read"
	case a.Beside == stage.SecondTab:
		view.Knows = fmt.Sprintf("%d of %d courses", len(stage.CoursesOf(known, stage.Ada).Taken), courses.MaxCourses)
	case a.Beside == stage.NewTitle && who == stage.B:
		view.Knows = "the title: " + titleIn(known)
	default:
		view.Knows = freeIn(stage.Seats(known, courseOf(a.Beside, who)))
	}
	view.Seats = circlesOf(r, who, known, begun)
	return view
}

// knownBy returns what an actor has read, and what it has appended itself.
func knownBy(r stage.Record, who stage.Who) []dcb.Event {
	known := r.HasRead(who)
	if last, _ := r.Last(who); last.Kind == stage.HasAppended {
		known = append(known, r.Events[last.Position-1])
	}
	return known
}

// courseOf returns the course that an actor wants a seat in.
func courseOf(beside stage.Beside, who stage.Who) courses.CourseID {
	if who == stage.B && (beside == stage.OtherCourse || beside == stage.SecondTab) {
		return stage.Logic
	}
	return stage.TypeTheory
}

func freeIn(seats stage.Count) string {
	if free := seats.Limit - len(seats.Taken); free > 0 {
		return ui.Seats(free) + " free"
	}
	return "no seat free"
}

// titleIn returns the title that the course has after these events.
func titleIn(events []dcb.Event) (title string) {
	for _, e := range events {
		switch fact, _ := courses.Decode(e.Type, e.Data); fact := fact.(type) {
		case courses.CourseDefined:
			title = fact.Title
		case courses.CourseRenamed:
			title = fact.NewTitle
		}
	}
	return title
}

// stateOf returns how the decision of an actor ended, or that it rests on what is not true any
// more.
func stateOf(r stage.Record, who stage.Who) *badge {
	last, _ := r.Last(who)
	switch {
	case last.Kind == stage.IsRefused:
		return &badge{"refused", "i-refused", "refused"}
	case last.Kind == stage.HasAppended && len(last.Events) > 0:
		return &badge{"refused", "i-refused", "out of date"}
	case last.Kind == stage.HasAppended:
		return &badge{"seated", "i-check", doneWords(r.Setting.Beside, who)}
	case stale(r, who):
		return &badge{"conflict", "", "out of date"}
	}
	return nil
}

// stale reports whether something that can change the decision of an actor has happened since
// it read.
func stale(r stage.Record, who stage.Who) bool {
	return slices.ContainsFunc(newTo(r, who), r.Rests[who].Matches)
}

// newTo returns the events after what an actor has read that are inside its boundary, or can
// change its decision. After its append these are the events that it has missed.
func newTo(r stage.Record, who stage.Who) (events []dcb.Event) {
	last, begun := r.Last(who)
	if !begun || last.Kind == stage.HasAppended {
		return last.Events
	}
	for _, e := range r.Events {
		if e.Position > last.After && (last.Query.Matches(e) || r.Rests[who].Matches(e)) {
			events = append(events, e)
		}
	}
	return events
}

func stepViews(a address, r stage.Record, who stage.Who) (steps []stepView) {
	last, _ := r.Last(who)
	acts, next := a.Acts(), r.Next(who)
	again := last.Attempt > 1 || last.Kind == stage.IsTurnedAway
	for i, act := range acts {
		step := stepView{
			Key:   strconv.Itoa(int(who)*len(acts) + i + 1),
			Words: actWords(a.Setting, act, again && act == stage.Read),
			State: stepState(last, act, next),
		}
		if act == next {
			step.URL = a.after(stage.Step{Who: who, Act: act}).URL()
			for _, suggested := range suggested(r) {
				if suggested == (stage.Step{Who: who, Act: act}) {
					step.State = "next"
				}
			}
		}
		steps = append(steps, step)
	}
	return steps
}

// stepState returns how an act went in the attempt of the last moment.
func stepState(last stage.Moment, act, next stage.Act) string {
	switch {
	case act == next:
		return "can"
	case last.Kind == stage.IsTurnedAway && act == last.Act:
		return "bounced"
	case last.Kind == stage.IsRefused && act == stage.Decide:
		return "refused"
	case last.Kind == stage.IsTurnedAway || act > last.Act:
		return "cannot"
	}
	return "done"
}
