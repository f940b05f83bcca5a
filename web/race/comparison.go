package race

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"

	"go-crablet/domain/courses"
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
	ID       string // of the comparison, or "" if there is none yet
	Title    string
	Words    string
	Progress string // while it runs
	Running  bool
	Rows     []strategyRow
	Beside   *besideView      // or nil
	Chosen   bool             // the address asks for two stores, so the page shows nothing else
	Kept     []comparisonLine // the latest first
	Pin      site.PinView
}

// A strategyRow sums up the bursts under one strategy.
type strategyRow struct {
	strategyView
	Tried          bool
	Right          bool
	Result         ui.Outcome
	Seats, Courses things
	FalseConflicts string // or ""
	PerSecond      string
	Share          string // of the fastest strategy
	BesideURL      string // or ""
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

// showStrategies renders the comparison that is under way or else the latest one, or what is to be
// compared if there is none yet.
func (p *Pages) showStrategies(v *site.Visit, status int, n *site.Notice) error {
	underWay, found, err := p.theatre.ComparisonUnderWay(v.Context())
	if err != nil {
		return err
	}
	if found {
		return p.showComparison(v, status, lab.ComparisonRecord{ComparisonSummary: underWay}, true, n)
	}
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
	record, running, err := p.findComparison(v)
	switch {
	case errors.Is(err, lab.ErrNotFound):
		return p.notFound(v)
	case errors.Is(err, lab.ErrBrokeOff):
		return v.ShowAgain(brokeOff("comparison", burstWords(record.Burst), ui.Link{URL: "/race/strategies", Words: "Start another comparison"}))
	}
	if err != nil {
		return err
	}
	return p.showComparison(v, http.StatusOK, record, running, nil)
}

// findComparison returns the comparison that the address names, as [Pages.find] returns a race.
func (p *Pages) findComparison(v *site.Visit) (record lab.ComparisonRecord, running bool, err error) {
	id := v.ID("comparison")
	if comparison, found := p.theatre.Comparison(id); found {
		return comparison.Record(), true, nil
	}
	record, err = p.theatre.ComparisonRecord(v.Context(), id)
	if !errors.Is(err, lab.ErrNotFound) {
		return record, false, err
	}
	if record.ComparisonSummary, err = p.theatre.ComparisonElsewhere(v.Context(), id); !errors.Is(err, lab.ErrNotFound) {
		return record, true, err
	}
	record, err = p.theatre.ComparisonRecord(v.Context(), id) // it may have ended between the two looks
	return record, false, err
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
	view.showBeside(record, v.R.URL.Query())
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

// viewComparison is a comparison as far as it has got. The correct strategy comes first.
func viewComparison(layout site.Layout, record lab.ComparisonRecord, running bool) comparisonView {
	burst := record.Burst
	view := comparisonView{
		Layout: layout, ID: record.ID, Running: running, Title: titleOf(record.Rows), Words: burstWords(burst),
	}
	if running {
		view.Refresh, view.Topics = 1, []site.Topic{site.RaceTopic(view.ID)}
		view.Progress = fmt.Sprintf("Under way: %d of %d bursts done.", record.Tried(), burst.Rounds*len(record.Rows))
	}
	fastest := 1.0
	for _, row := range record.Rows {
		fastest = max(fastest, row.PerSecond)
	}
	for _, row := range record.Rows {
		shown := strategyRowOf(burst, row, fastest)
		if row.Broken && record.ID != "" && !running {
			shown.BesideURL = comparisonURL(record.ID) + "?beside=" + row.Strategy
		}
		view.Rows = append(view.Rows, shown)
	}
	slices.SortStableFunc(view.Rows, func(a, b strategyRow) int { // the correct one first
		switch {
		case a.Broken == b.Broken:
			return 0
		case a.Broken:
			return 1
		default:
			return -1
		}
	})
	return view
}

// showBeside shows two stores of a comparison that is over: those that the address asks for, or the
// first ones below the table.
func (c *comparisonView) showBeside(record lab.ComparisonRecord, query url.Values) {
	if c.Running {
		return
	}
	broken := query.Get("beside")
	if broken != "" {
		c.Beside = besideOf(record, broken, query)
	}
	if c.Chosen = c.Beside != nil; !c.Chosen {
		c.Beside = besideOf(record, lab.Strategies()[0].Name, nil)
		return
	}
	if next := c.Beside.Scrub.NextFrame(plain); next != "" {
		c.Refresh, c.RefreshTo, c.Moving = 1, next, true
	}
}

// burstWords say how many want how many seats, and how often.
func burstWords(burst lab.Burst) string {
	return fmt.Sprintf("%d want %d %s, %d %s each", burst.Contenders, burst.Seats, ui.Plural(burst.Seats, "seat", "seats"), burst.Rounds, ui.Plural(burst.Rounds, "burst", "bursts"))
}

// titleOf says how many strategies were right, once all were tried.
func titleOf(rows []lab.Row) string {
	right := 0
	for _, row := range rows {
		if row.Bursts == 0 {
			return "Break it on purpose"
		}
		if row.Exact == row.Bursts {
			right++
		}
	}
	if right == 1 {
		return "One store in six is right"
	}
	return fmt.Sprintf("%d stores in %d are right", right, len(rows))
}

func comparisonLineOf(summary lab.ComparisonSummary) comparisonLine {
	burst := summary.Burst
	return comparisonLine{
		URL:   comparisonURL(summary.ID),
		Words: fmt.Sprintf("%d contenders, %d seats, %d bursts each", burst.Contenders, burst.Seats, burst.Rounds),
		At:    summary.StartedAt.UTC(),
	}
}

func strategyRowOf(burst lab.Burst, row lab.Row, fastest float64) strategyRow {
	strategy, _ := lab.FindStrategy(row.Strategy)
	v := strategyRow{strategyView: viewStrategy(strategy), Tried: row.Bursts > 0, Right: row.Bursts > 0 && row.Exact == row.Bursts, Result: resultOf(row)}
	if !v.Tried {
		return v
	}
	v.Seats, v.Courses = seatThings(burst, row), courseThings(row)
	v.PerSecond, v.Share = perSecond(row.PerSecond), fmt.Sprintf("%.0f%%", 100*row.PerSecond/fastest)
	if row.FalseConflicts > 0 {
		v.FalseConflicts = fmt.Sprintf("%d false %s", row.FalseConflicts, ui.Plural(row.FalseConflicts, "conflict", "conflicts"))
	}
	return v
}

// resultOf says in two or three words what came of the bursts under a strategy.
func resultOf(row lab.Row) ui.Outcome {
	wrong := ui.Outcome{Colour: "refused", Icon: "i-refused"}
	switch {
	case row.Bursts == 0:
		return ui.Outcome{Colour: "outside", Icon: "i-open", Words: "not tried yet"}
	case row.Exact == row.Bursts:
		return ui.Outcome{Colour: "seated", Icon: "i-check", Words: "exact"}
	case row.Oversold > 0:
		wrong.Words = fmt.Sprintf("%d oversold", row.Oversold)
	case row.MostCourses > courses.MaxCourses:
		wrong.Words = fmt.Sprintf("%d of %d courses", row.MostCourses, courses.MaxCourses)
	default:
		wrong.Words = fmt.Sprintf("wrong %d of %d times", row.Bursts-row.Exact, row.Bursts)
	}
	return wrong
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
		"Without one of these an append is still right nearly always. The burst makes the rare moment happen each time.",
	URL: story.SourceURL("dcb/commit.go", "committer.check"), Words: "The lock, and the check under it",
}
