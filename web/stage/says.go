package stage

import (
	"fmt"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/lab/stage"
)

// says is the sentence on what happened last. It is the largest text of the page.
type says struct {
	Colour string // "conflict", "refused", "seated", or "plain"
	Icon   string // of the sprite, or ""
	First  string
	Strong string // stands first if there is an icon, otherwise last
}

// Text is the sentence without its form.
func (s says) Text() string {
	if s.Icon != "" {
		return s.Strong + " " + s.First
	}
	if s.Strong != "" {
		return s.First + " " + s.Strong
	}
	return s.First
}

var openings = map[stage.Beside]string{
	stage.SameCourse:  "One seat is left. Both want it.",
	stage.OtherCourse: "Ada wants a seat in Type Theory, and Kofi one in Logic.",
	stage.NewTitle:    "Ada wants a seat. The registrar changes the title.",
	stage.SecondTab:   "Ada takes nine courses of ten. She asks twice.",
}

// A teller puts the last moment of a record into words.
type teller struct {
	stage.Record
	last       stage.Moment
	me, other  role
	otherLast  stage.Moment
	otherBegan bool
}

func saysOf(r stage.Record) says {
	if len(r.Moments) == 0 {
		return plain(openings[r.Setting.Beside], "")
	}
	t := teller{Record: r, last: r.Moments[len(r.Moments)-1]}
	t.me, t.other = roleOf(r.Setting.Beside, t.last.Who), roleOf(r.Setting.Beside, t.last.Who.Other())
	t.otherLast, t.otherBegan = r.Last(t.last.Who.Other())
	switch t.last.Kind {
	case stage.HasRead:
		return t.read()
	case stage.HasDecided:
		return t.decided()
	case stage.IsRefused:
		return t.refused()
	case stage.HasChecked:
		return t.checked()
	case stage.IsTurnedAway:
		return t.turnedAway()
	}
	return t.appended()
}

func plain(first, strong string) says { return says{Colour: "plain", First: first, Strong: strong} }

func (t teller) read() says {
	switch {
	case t.last.Attempt > 1:
		return plain(fmt.Sprintf("%s reads what is new: %s.", t.me.Name, numbers(t.last.Events)), "")
	case t.otherBegan && t.otherLast.Kind == stage.HasRead && t.otherLast.After == t.last.After:
		return plain(fmt.Sprintf("Both have read up to %d.", t.last.After), "")
	}
	return plain(fmt.Sprintf("%s has read up to %d.", t.me.Name, t.last.After), "")
}

func (t teller) decided() says {
	wish := wants(t.last)
	switch {
	case t.otherBegan && t.otherLast.Kind == stage.HasDecided && wants(t.otherLast) == wish:
		return plain("Both decide:", wish)
	case t.otherBegan && t.otherLast.Kind == stage.HasDecided:
		return plain("Both have decided.", "Nothing is stored yet.")
	case t.last.Attempt > 1:
		return plain(t.me.Name+" decides again:", wish)
	}
	return plain(t.me.Name+" decides:", wish)
}

// why says in a word why a rule refused.
func why(refusal courses.Refusal) string {
	switch refusal {
	case courses.ErrCourseFull:
		return "full"
	case courses.ErrTooManyCourses:
		return "ten courses already"
	}
	return refusal.Error()
}

func (t teller) refused() says {
	s := says{Colour: "refused", Icon: "i-refused", Strong: "Refused."}
	if t.last.Attempt > 1 {
		s.First = fmt.Sprintf("%s read %s’s event, and decided again: %s.", t.me.Name, t.other.Inner, why(t.last.Refusal))
	} else {
		s.First = fmt.Sprintf("%s read up to %d, and decided: %s.", t.me.Name, t.last.After, why(t.last.Refusal))
	}
	return s
}

func (t teller) checked() says {
	if t.otherBegan && t.otherLast.Kind == stage.HasChecked {
		return plain(fmt.Sprintf("Both find nothing new after %d.", t.last.After), "Neither holds a lock.")
	}
	return plain(fmt.Sprintf("%s finds nothing new after %d.", t.me.Name, t.last.After), "It is not stored yet.")
}

func (t teller) turnedAway() says {
	s := says{Colour: "conflict", Icon: "i-conflict", Strong: "Conflict."}
	s.First = fmt.Sprintf("%s got in after %s had read.", t.other.Name, t.me.Inner)
	if t.last.False() {
		s.Strong, s.First = "A false conflict.", fmt.Sprintf("%s is new, but changes nothing for %s.", numbers(t.last.Events), t.me.Inner)
	}
	return s
}

func (t teller) appended() says {
	switch {
	case t.Oversold() > 0:
		return t.oversold()
	case t.Over() && t.otherLast.Kind == stage.IsRefused:
		return says{"seated", "i-check", t.other.Name + " was refused.", t.me.in()}
	case t.Over() && t.last.Attempt > 1:
		return says{"seated", "i-check", "The second attempt went through.", t.me.in()}
	case t.Over():
		return says{"seated", "i-check", "Neither is new to the other.", "Both are in."}
	case t.otherBegan && len(newTo(t.Record, t.last.Who.Other())) > 0:
		return plain(t.me.in(), t.other.Name+" has not read that.")
	case t.otherBegan:
		return plain(t.me.in(), "That is outside "+t.other.Inner+"’s boundary.")
	}
	return plain(t.me.in(), "")
}

// in says that the event of an actor is in the log.
func (r role) in() string {
	if r == registrar {
		return "The new title is in."
	}
	return r.Name + " is in."
}

func (t teller) oversold() says {
	s := says{Colour: "refused", Icon: "i-refused", Strong: "Sold twice."}
	if t.Setting.Beside == stage.SecondTab {
		s.Strong = "An eleventh course."
	}
	after := strconv.FormatInt(t.last.After, 10)
	switch {
	case t.last.Query.IsZero():
		s.First = "Nobody asked what came after " + after + "."
	case t.wasChecked():
		s.First = "Both had checked before either inserted."
	default:
		s.First = fmt.Sprintf("The condition did not cover %s.", numbers(t.last.Events))
	}
	return s
}

// wasChecked reports whether the append that came last was checked in a step of its own.
func (t teller) wasChecked() bool {
	return t.last.Act == stage.Insert && t.last.Query.Matches(t.last.Events[0])
}
