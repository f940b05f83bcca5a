package race

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"go-crablet/domain/courses"
	"go-crablet/lab"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// racesShown is how many races the list shows.
const racesShown = 20

type racesView struct {
	site.Layout
	Form    raceForm
	Running []raceLine
	Kept    []raceLine // the latest first
	Keeping string
}

// A raceLine is a race in a list.
type raceLine struct {
	URL, Words string
	Result     string // the sentence, or "" while it runs
	Outcome    ui.Outcome
	Attempts   string
	Conflicts  string
	At         time.Time
}

// A raceForm is the numbers of a race, as they are put in. Times are in milliseconds.
type raceForm struct{ Contenders, Seats, Courses, Think, Spread ui.Field }

// goodShow is over in about five seconds and has conflicts, retries and refusals.
var goodShow = lab.Race{Contenders: 24, Seats: 5, Courses: 1, Think: 500 * time.Millisecond, Spread: 1500 * time.Millisecond}

func formOf(race lab.Race) raceForm {
	number := func(n int) ui.Field { return ui.Field{Value: strconv.Itoa(n)} }
	return raceForm{
		number(race.Contenders), number(race.Seats), number(race.Courses),
		number(int(race.Think.Milliseconds())), number(int(race.Spread.Milliseconds())),
	}
}

// List is the page to start a race on, with those that there were.
func (p *Pages) List(v *site.Visit) error {
	return p.showRaces(v, http.StatusOK, formOf(goodShow), nil)
}

func (p *Pages) showRaces(v *site.Visit, status int, form raceForm, n *site.Notice) error {
	layout, err := v.Page("Race", site.SectionRace, nil)
	if err != nil {
		return err
	}
	kept, err := p.theatre.Runs.Races(v.Context(), racesShown)
	if err != nil {
		return err
	}
	view := racesView{Layout: layout, Form: form, Keeping: p.Keeping.OfRaces()}
	if n != nil {
		view.Notice = n
	}
	for _, run := range p.theatre.Running() {
		view.Running = append(view.Running, raceLineOf(run.Replay().Summary))
	}
	for _, summary := range kept {
		view.Kept = append(view.Kept, raceLineOf(summary))
	}
	if !view.Registrar && len(view.Running)+len(view.Kept) == 0 { // there is nothing else to see
		v.Did(&view.Layout, site.WatchedRace)
	}
	return v.Render(status, racesPage(view))
}

func raceLineOf(summary lab.Summary) raceLine {
	line := raceLine{URL: story.RaceURL(summary.ID), Words: raceWords(summary.Race), At: summary.StartedAt.UTC()}
	if result := summary.Result; result != nil {
		line.Result, line.Outcome = result.Sentence, resultOutcome(*result)
		line.Attempts, line.Conflicts = strconv.Itoa(result.Attempts), strconv.Itoa(result.Conflicts)
	}
	return line
}

// raceWords says what was asked for.
func raceWords(race lab.Race) string {
	words := fmt.Sprintf("%d contenders, %d %s", race.Contenders, race.Seats, ui.Plural(race.Seats, "seat", "seats"))
	if race.Courses > 1 {
		words += fmt.Sprintf(" in each of %d courses", race.Courses)
	}
	return words
}

// resultOutcome says whether a result is right. Under the application's own log it is.
func resultOutcome(result lab.Result) ui.Outcome {
	if result.Exact {
		return ui.Outcome{Colour: "seated", Icon: "i-check", Words: "exactly right"}
	}
	return ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "wrong"}
}

// StartRace starts a race and leads to it.
func (p *Pages) StartRace(v *site.Visit) error {
	form := raceForm{v.Text("contenders"), v.Text("seats"), v.Text("courses"), v.Text("think"), v.Text("spread")}
	race := lab.Race{
		Contenders: form.Contenders.Count(), Seats: form.Seats.Count(), Courses: form.Courses.Count(),
		Think: form.Think.Milliseconds(), Spread: form.Spread.Milliseconds(), Seed: rand.Uint32(),
	}
	if form.focusFirst() {
		return p.showRaces(v, http.StatusUnprocessableEntity, form, nil)
	}
	runner, err := v.Runner()
	if err != nil {
		return err
	}
	run, err := p.theatre.StartRace(runner, race)
	if problems, ok := errors.AsType[lab.Problems](err); ok {
		form.blame(problems)
		return p.showRaces(v, http.StatusUnprocessableEntity, form, nil)
	}
	if busy, ok := errors.AsType[lab.Busy](err); ok {
		return p.showRaces(v, http.StatusConflict, form, notStarted(busy))
	}
	if err != nil {
		return err
	}
	return v.Redirect(story.RaceURL(run.ID))
}

func notStarted(busy lab.Busy) *site.Notice {
	return &site.Notice{Kind: site.NoticeRefused, Strong: "Not started", Text: busy.Error() + "."}
}

func (f *raceForm) focusFirst() bool {
	return ui.FocusFirst(&f.Contenders, &f.Seats, &f.Courses, &f.Think, &f.Spread)
}

// blame puts each problem at the field that it is about.
func (f *raceForm) blame(problems lab.Problems) {
	for name, field := range map[string]*ui.Field{
		"contenders": &f.Contenders, "seats": &f.Seats, "courses": &f.Courses, "think": &f.Think, "spread": &f.Spread,
	} {
		field.Error = ui.Sentence(problems.Of(name))
	}
	f.focusFirst()
}

// ReceiptsOfRaces makes a receipt of every decision in a race, as there is one of every
// other decision of the application. One that can't be kept is missing at the end of
// its lane, and nothing else.
func ReceiptsOfRaces(receipts *receipt.Store, logger *slog.Logger) lab.Recorder {
	return func(ctx context.Context, cmd courses.SubscribeStudent) (context.Context, func() string) {
		decide, recorder := receipt.Record(ctx, cmd, "A contender takes a seat in a race")
		return decide, func() string {
			record, ended := recorder.Receipt()
			if !ended {
				return ""
			}
			if story.MayBeStored(record) {
				record.ID = story.ReceiptOf(record.Last().Wanted[0].ID) // a race has one correlation ID for all
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), site.LongestAfterthought)
			defer cancel()
			if err := receipts.Save(ctx, record); err != nil {
				logger.ErrorContext(ctx, "keep a receipt of a race", "error", err, "student", string(cmd.Student))
				return ""
			}
			return record.ID
		}
	}
}

var whyRaces = ui.Idea{
	Text: "Everybody in a race reads before they append, so most of what they know is out of date by then. " +
		"The condition of each append turns away just those, and who decides again is refused by the rule: as many get in as there are seats.",
	URL: story.SourceURL("domain/courses/subscribe_student.go", "SubscribeStudent.decide"), Words: "The rules for a seat",
}
