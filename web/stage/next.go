package stage

import "go-crablet/lab/stage"

// A nextView is the button that goes on. It may join several steps.
type nextView struct{ Words, URL string }

// nextOf names what most visitors want to see next.
func nextOf(a address, r stage.Record) nextView {
	steps := suggested(r)
	right := stage.Setting{Beside: a.Beside, Boundary: stage.Exact, Append: stage.Correct}
	switch {
	case len(steps) > 0:
		return nextView{stepsInWords(r, steps), a.after(steps...).URL()}
	case a.Setting != right:
		return nextView{"The same, correct", a.like(right)}
	}
	return nextView{"Start again", startOf(a.Setting).URL()}
}

// suggested returns the next steps: first both read and decide, then B appends, then A. Without
// a lock both check before either of them inserts.
func suggested(r stage.Record) (steps []stage.Step) {
	for _, who := range []stage.Who{stage.A, stage.B} {
		for act := r.Next(who); act == stage.Read || act == stage.Decide; act++ {
			steps = append(steps, stage.Step{Who: who, Act: act})
		}
	}
	if len(steps) > 0 {
		return steps
	}
	for _, act := range []stage.Act{stage.Send, stage.Insert} {
		for _, who := range []stage.Who{stage.B, stage.A} {
			if r.Next(who) == act {
				steps = append(steps, stage.Step{Who: who, Act: act})
			}
		}
		switch {
		case len(steps) > 0 && r.Setting.Append == stage.NoLock:
			return steps
		case len(steps) > 0:
			return steps[:1]
		}
	}
	return nil
}

// stepsInWords says who does what in these steps: "Both read and decide".
func stepsInWords(r stage.Record, steps []stage.Step) string {
	first, last := steps[0], steps[len(steps)-1]
	who, s := roleOf(r.Setting.Beside, first.Who).Name, "s"
	if first.Who != last.Who {
		who, s = "Both", ""
	}
	does := actWords(r.Setting, last.Act, false) + s
	if first.Act == stage.Read {
		does = "read" + s + " and " + does
		if before, begun := r.Last(first.Who); begun && before.Kind == stage.IsTurnedAway {
			does = "read" + s + " on and " + actWords(r.Setting, last.Act, false) + s
		}
	}
	return who + " " + does
}

// actWords names an act on a button: "read on".
func actWords(setting stage.Setting, act stage.Act, again bool) string {
	switch {
	case act == stage.Read && again:
		return "read on"
	case act == stage.Read:
		return "read"
	case act == stage.Decide:
		return "decide"
	case act == stage.Insert:
		return "insert"
	case setting.Append == stage.NoLock:
		return "check"
	}
	return "append"
}
