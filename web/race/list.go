package race

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"go-crablet/lab"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// mostListed is how many races the list shows.
const mostListed = 20

type listView struct {
	site.Layout
	Form    settings
	Running []line
	Kept    []line // the latest first
	Keeping string
}

// A line is a race in a list.
type line struct {
	URL, Words string
	Result     string // a sentence, or "" while it runs
	Outcome    ui.Outcome
	Attempts   string
	Conflicts  string
	At         time.Time
}

// List is the page that lists races, with the form to start one.
func (p *Pages) List(v *site.Visit) error {
	return p.showList(v, http.StatusOK, settingsOf(goodShow), nil)
}

// showList renders the list. Its form has the given settings, and n is a notice or nil.
func (p *Pages) showList(v *site.Visit, status int, form settings, n *site.Notice) error {
	layout, err := v.Page("Race", site.SectionRace, nil)
	if err != nil {
		return err
	}
	kept, err := p.theatre.Runs.Races(v.Context(), mostListed)
	if err != nil {
		return err
	}
	view := listView{Layout: layout, Form: form, Keeping: p.Keeping.OfRaces()}
	if n != nil {
		view.Notice = n
	}
	for _, run := range p.theatre.Running() {
		view.Running = append(view.Running, lineOf(run.Replay().Summary))
	}
	elsewhere, err := p.theatre.RunningElsewhere(v.Context())
	if err != nil {
		return err
	}
	for _, summary := range elsewhere {
		view.Running = append(view.Running, lineOf(summary))
	}
	for _, summary := range kept {
		view.Kept = append(view.Kept, lineOf(summary))
	}
	if !view.Registrar && len(view.Running)+len(view.Kept) == 0 { // there is no race to watch yet
		v.Did(&view.Layout, site.WatchedRace)
	}
	return v.Render(status, listPage(view))
}

func lineOf(summary lab.Summary) line {
	line := line{URL: story.RaceURL(summary.ID), Words: wordsOf(summary), At: summary.StartedAt.UTC()}
	if result := summary.Result; result != nil {
		line.Result, line.Outcome = result.Sentence, outcomeOf(*result)
		line.Attempts, line.Conflicts = strconv.Itoa(result.Attempts), strconv.Itoa(result.Conflicts)
	}
	return line
}

// wordsOf says how many contend for how many seats, or whose model decides.
func wordsOf(summary lab.Summary) string {
	race := summary.Race
	if guest := summary.Guest; guest != nil {
		words := fmt.Sprintf("%d contenders by the rules of %s", race.Contenders, guest.Model)
		if guest.Beside {
			words += ", beside the log"
		}
		return words
	}
	words := fmt.Sprintf("%d contenders, %d %s", race.Contenders, race.Seats, ui.Plural(race.Seats, "seat", "seats"))
	if race.Courses > 1 {
		words += fmt.Sprintf(" in each of %d courses", race.Courses)
	}
	return words
}

var whyRaces = ui.Idea{
	Text: "Everybody in a race reads before they append, so most of what they know is out of date by then. " +
		"The condition turns away the appends of those who know too little. They decide again, and the rule refuses whoever comes too late: as many get in as there are seats.",
	URL: story.SourceURL("domain/courses/subscribe_student.go", "SubscribeStudent.decide"), Words: "The rules for a seat",
}
