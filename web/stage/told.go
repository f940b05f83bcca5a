package stage

import (
	"go-crablet/lab/stage"
)

// A turnView is what one actor did before it was the turn of the other one.
type turnView struct {
	ID   string // of the actor
	Role role
	Told []toldView
}

// A toldView is a step that was taken. It leads to the page after that step.
type toldView struct {
	Words, URL string
	Colour     string // "conflict", "refused", or ""
	Current    bool   // the last step that the page shows
	Ahead      bool   // it is not shown yet
}

func toldOf(a address, whole stage.Record) (turns []turnView) {
	for i, m := range whole.Moments {
		if i == 0 || whole.Moments[i-1].Who != m.Who {
			turns = append(turns, turnView{ID: actorIDs[m.Who], Role: roleOf(a.Beside, m.Who)})
		}
		turn := &turns[len(turns)-1]
		turn.Told = append(turn.Told, toldView{
			Words: momentWords(m), URL: a.at(i + 1).URL(), Colour: momentColour(whole, i),
			Current: i+1 == a.At, Ahead: i >= a.At,
		})
	}
	return turns
}

func momentWords(m stage.Moment) string {
	if m.Kind == stage.HasRead && m.Attempt > 1 {
		return "read " + numbers(m.Events)
	}
	return string(m.Kind)
}

func momentColour(whole stage.Record, i int) string {
	switch m := whole.Moments[i]; {
	case m.Kind == stage.IsTurnedAway:
		return "conflict"
	case m.Kind == stage.IsRefused, whole.Upto(i+1).Oversold() > whole.Upto(i).Oversold():
		return "refused"
	}
	return ""
}
