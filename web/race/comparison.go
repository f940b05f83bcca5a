package race

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"go-crablet/lab"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// mostComparisons is how many comparisons the list shows.
const mostComparisons = 10

// toBreak is the burst that is sent under every strategy. Each comparison has its own seed.
var toBreak = lab.Burst{Contenders: 20, Seats: 5, Rounds: 5}

type comparisonView struct {
	site.Layout
	ID         string // of the comparison, or "" if there is none yet
	Words      string
	Progress   string // while it runs
	Running    bool
	Rows       []strategyRow
	Strategies []strategyView
	Kept       []comparisonLine // the latest first
	Pin        site.PinView
}

// A strategyRow sums up the bursts under one strategy.
type strategyRow struct {
	Name, Title                                    string
	Outcome                                        ui.Outcome
	Tried                                          bool // there are settings
	Oversold, OverLimit, FalseConflicts, PerSecond string
	Wrong                                          [3]bool // whether each of the first three is more than 0
}

// A comparisonLine is a comparison in the list.
type comparisonLine struct {
	URL, Words string
	At         time.Time
}

func comparisonURL(id string) string { return "/race/strategies/" + id }

// Strategies is the page on broken strategies, with the latest comparison.
func (p *Pages) Strategies(v *site.Visit) error {
	return p.showStrategies(v, http.StatusOK, nil)
}

// showStrategies renders the latest comparison, or what is to be compared if there is none yet.
func (p *Pages) showStrategies(v *site.Visit, status int, n *site.Notice) error {
	latest, err := p.theatre.Runs.Comparisons(v.Context(), 1)
	if err != nil {
		return err
	}
	record := lab.ComparisonRecord{ComparisonSummary: lab.ComparisonSummary{Burst: toBreak, Rows: lab.Table(nil)}}
	if len(latest) > 0 {
		record.ComparisonSummary = latest[0]
	}
	return p.showComparison(v, status, record, false, n)
}

// Comparison is the page of one comparison, as far as it has got.
func (p *Pages) Comparison(v *site.Visit) error {
	id := v.ID("comparison")
	if comparison, running := p.theatre.Comparison(id); running {
		return p.showComparison(v, http.StatusOK, comparison.Record(), true, nil)
	}
	record, err := p.theatre.ComparisonRecord(v.Context(), id)
	if errors.Is(err, lab.ErrNotFound) {
		return p.notFound(v)
	}
	if err != nil {
		return err
	}
	return p.showComparison(v, http.StatusOK, record, false, nil)
}

// showComparison renders the page of a comparison, with a list of the latest ones.
func (p *Pages) showComparison(v *site.Visit, status int, record lab.ComparisonRecord, running bool, n *site.Notice) error {
	layout, err := v.Page("Break it on purpose", site.SectionRace, nil)
	if err != nil {
		return err
	}
	kept, err := p.theatre.Runs.Comparisons(v.Context(), mostComparisons)
	if err != nil {
		return err
	}
	view := viewComparison(layout, record, running)
	if view.Pin, err = p.pinView(v, layout, record.ID, comparisonURL(record.ID)); err != nil {
		return err
	}
	if n != nil {
		view.Notice = n
	}
	for _, summary := range kept {
		view.Kept = append(view.Kept, comparisonLineOf(summary))
	}
	if v.ID("comparison") != "" || !view.Registrar { // a visitor who can't start one has nothing else to do here
		v.Did(&view.Layout, site.BrokeAppend)
	}
	return v.Render(status, comparisonPage(view))
}

// viewComparison is a comparison as far as it has got.
func viewComparison(layout site.Layout, record lab.ComparisonRecord, running bool) comparisonView {
	burst := record.Burst
	view := comparisonView{
		Layout: layout, ID: record.ID, Running: running, Strategies: viewStrategies(),
		Words: fmt.Sprintf("%d contenders for %d %s, a student who asks for fifteen courses at once, and five courses whose titles change meanwhile. Medians of %d %s.",
			burst.Contenders, burst.Seats, ui.Plural(burst.Seats, "seat", "seats"), burst.Rounds, ui.Plural(burst.Rounds, "burst", "bursts")),
	}
	if running {
		view.Refresh, view.Moving = 1, true
		view.Progress = fmt.Sprintf("Under way: %d of %d bursts done.", len(record.Trials), burst.Rounds*len(record.Rows))
	}
	for _, row := range record.Rows {
		view.Rows = append(view.Rows, strategyRowOf(row))
	}
	return view
}

func comparisonLineOf(summary lab.ComparisonSummary) comparisonLine {
	burst := summary.Burst
	return comparisonLine{
		URL:   comparisonURL(summary.ID),
		Words: fmt.Sprintf("%d contenders, %d seats, %d bursts each", burst.Contenders, burst.Seats, burst.Rounds),
		At:    summary.StartedAt.UTC(),
	}
}

func strategyRowOf(row lab.Row) strategyRow {
	strategy, _ := lab.FindStrategy(row.Strategy)
	v := strategyRow{
		Name: row.Strategy, Title: strategy.Title, Tried: row.Bursts > 0,
		Oversold: strconv.Itoa(row.Oversold), OverLimit: strconv.Itoa(row.OverLimit),
		FalseConflicts: strconv.Itoa(row.FalseConflicts), PerSecond: perSecond(row.PerSecond),
		Wrong: [3]bool{row.Oversold > 0, row.OverLimit > 0, row.FalseConflicts > 0},
	}
	switch {
	case row.Bursts == 0:
		v.Outcome = ui.Outcome{Colour: "outside", Icon: "i-open", Words: "not tried yet"}
	case row.Exact == row.Bursts:
		v.Outcome = ui.Outcome{Colour: "seated", Icon: "i-check", Words: "exactly right"}
	default:
		v.Outcome = ui.Outcome{Colour: "refused", Icon: "i-refused", Words: fmt.Sprintf("wrong %d of %d times", row.Bursts-row.Exact, row.Bursts)}
	}
	return v
}

// StartComparison starts a comparison and leads to its page.
func (p *Pages) StartComparison(v *site.Visit) error {
	runner, err := v.Runner()
	if err != nil {
		return err
	}
	burst := toBreak
	burst.Seed = rand.Uint32()
	comparison, err := p.theatre.StartComparison(v.Context(), runner, burst)
	if busy, ok := errors.AsType[lab.Busy](err); ok {
		return p.showStrategies(v, http.StatusConflict, notStarted(busy))
	}
	if err != nil {
		return err
	}
	return v.Redirect(comparisonURL(comparison.ID))
}

var whyStrategies = ui.Idea{
	Text: "An append is right if its condition covers all that the decision rests on, and if nothing can be stored between the check and the insert. " +
		"Take one of these away and it still works nearly always; the burst makes the rest of the time happen.",
	URL: story.SourceURL("dcb/commit.go", "committer.check"), Words: "The lock, and the check under it",
}
