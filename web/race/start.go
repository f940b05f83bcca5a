package race

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"go-crablet/lab"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// The settings of a race, as they are entered into the form. Times are in milliseconds.
type settings struct{ Contenders, Seats, Courses, Think, Spread ui.Field }

// goodShow is a race of about five seconds with conflicts, retries and refusals.
var goodShow = lab.Race{Contenders: 24, Seats: 5, Courses: 1, Think: 500 * time.Millisecond, Spread: 1500 * time.Millisecond}

func settingsOf(race lab.Race) settings {
	number := func(n int) ui.Field { return ui.Field{Value: strconv.Itoa(n)} }
	return settings{
		number(race.Contenders), number(race.Seats), number(race.Courses),
		number(int(race.Think.Milliseconds())), number(int(race.Spread.Milliseconds())),
	}
}

// StartRace starts a race and leads to its page.
func (p *Pages) StartRace(v *site.Visit) error {
	form := settings{v.Text("contenders"), v.Text("seats"), v.Text("courses"), v.Text("think"), v.Text("spread")}
	race := lab.Race{
		Contenders: form.Contenders.Count(), Seats: form.Seats.Count(), Courses: form.Courses.Count(),
		Think: form.Think.Milliseconds(), Spread: form.Spread.Milliseconds(), Seed: rand.Uint32(),
	}
	if problems, ok := errors.AsType[lab.Problems](race.Check()); ok {
		form.blame(problems)
	}
	if form.focusFirst() {
		return p.showList(v, http.StatusUnprocessableEntity, form, nil)
	}
	runner, err := v.Runner()
	if err != nil {
		return err
	}
	run, err := p.theatre.StartRace(runner, race)
	if busy, ok := errors.AsType[lab.Busy](err); ok {
		return p.showList(v, http.StatusConflict, form, notStarted(busy))
	}
	if err != nil {
		return err
	}
	return v.Redirect(story.RaceURL(run.ID))
}

// notStarted is the notice that too much is running already.
func notStarted(busy lab.Busy) *site.Notice {
	return &site.Notice{Kind: site.NoticeRefused, Strong: "Not started", Text: busy.Error() + "."}
}

// focusFirst puts the focus on the first field with an error, and reports whether there is one.
func (f *settings) focusFirst() bool {
	return ui.FocusFirst(&f.Contenders, &f.Seats, &f.Courses, &f.Think, &f.Spread)
}

// blame puts each problem at its field, unless it is known already that the field has no number.
func (f *settings) blame(problems lab.Problems) {
	for name, field := range map[string]*ui.Field{
		"contenders": &f.Contenders, "seats": &f.Seats, "courses": &f.Courses, "think": &f.Think, "spread": &f.Spread,
	} {
		if field.Error == "" {
			field.Error = ui.Sentence(problems.Of(name))
		}
	}
}
