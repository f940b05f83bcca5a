package web

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go-crablet/lab"
)

// comparisonsShown is how many comparisons the list shows.
const comparisonsShown = 10

// toBreak is the burst that every strategy has to cope with, but for its seed.
var toBreak = lab.Burst{Contenders: 20, Seats: 5, Rounds: 5}

type strategiesView struct {
	layout
	ID         string // of the comparison that is shown, or "" when there is none
	Words      string
	Progress   string // while it runs
	Running    bool
	Rows       []strategyRow
	Strategies []strategyView
	Kept       []comparisonLine // the latest first
	Pin        pinView
}

// A strategyRow is what the bursts under one strategy came to.
type strategyRow struct {
	Name, Title                                    string
	Outcome                                        outcome
	Tried                                          bool // there are numbers
	Oversold, OverLimit, FalseConflicts, PerSecond string
	Wrong                                          [3]bool // which of the first three are as they must not be
}

// A strategyView is a strategy to read about.
type strategyView struct {
	Name, Title string
	Why         []string
	Shipped     string
	Gap         string
	Outcome     outcome
	Source      source
}

// A comparisonLine is a comparison in the list.
type comparisonLine struct {
	URL, Words string
	At         time.Time
}

func comparisonURL(id string) string { return "/race/strategies/" + id }

// strategies is the page on breaking the append on purpose, with the latest comparison.
func (s *server) strategies(w http.ResponseWriter, r *http.Request) error {
	return s.showStrategies(w, r, http.StatusOK, nil)
}

func (s *server) showStrategies(w http.ResponseWriter, r *http.Request, status int, n *notice) error {
	latest, err := s.Theatre.Runs.Comparisons(r.Context(), 1)
	if err != nil {
		return err
	}
	record := lab.ComparisonRecord{ComparisonSummary: lab.ComparisonSummary{Burst: toBreak, Rows: lab.Table(nil)}}
	if len(latest) > 0 {
		record.ComparisonSummary = latest[0]
	}
	return s.showComparison(w, r, status, record, false, n)
}

// comparison is the page of one comparison, as far as it has got.
func (s *server) comparison(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("comparison")
	if comparison, running := s.Theatre.Comparison(id); running {
		return s.showComparison(w, r, http.StatusOK, comparison.Record(), true, nil)
	}
	record, err := s.Theatre.ComparisonRecord(r.Context(), id)
	if errors.Is(err, lab.ErrNotFound) {
		return s.noSuchRun(w, r)
	}
	if err != nil {
		return err
	}
	return s.showComparison(w, r, http.StatusOK, record, false, nil)
}

func (s *server) showComparison(w http.ResponseWriter, r *http.Request, status int, record lab.ComparisonRecord, running bool, n *notice) error {
	around, err := s.visit(w, r, "Break it on purpose", sectionRace, nil)
	if err != nil {
		return err
	}
	kept, err := s.Theatre.Runs.Comparisons(r.Context(), comparisonsShown)
	if err != nil {
		return err
	}
	burst := record.Burst
	view := strategiesView{
		layout: around, ID: record.ID, Running: running, Strategies: strategyViews(),
		Words: fmt.Sprintf("%d contenders for %d %s, a student who asks for fifteen courses at once, and five courses whose titles change meanwhile. Medians of %d %s.",
			burst.Contenders, burst.Seats, plural(burst.Seats, "seat", "seats"), burst.Rounds, plural(burst.Rounds, "burst", "bursts")),
	}
	view.Pin = pinView{layout: around, Action: runPinURL(record.ID), From: comparisonURL(record.ID), Rule: s.Keeping.OfRaces()}
	if view.Pin.Pinned, err = s.Theatre.Runs.IsPinned(r.Context(), record.ID); err != nil {
		return err
	}
	if running {
		view.Refresh, view.Moving = 1, true
	}
	if n != nil {
		view.Notice = n
	}
	if running {
		view.Progress = fmt.Sprintf("Under way: %d of %d bursts done.", len(record.Trials), burst.Rounds*len(record.Rows))
	}
	for _, row := range record.Rows {
		view.Rows = append(view.Rows, strategyRowOf(row))
	}
	for _, summary := range kept {
		view.Kept = append(view.Kept, comparisonLine{
			comparisonURL(summary.ID), fmt.Sprintf("%d contenders, %d seats, %d bursts each", summary.Burst.Contenders, summary.Burst.Seats, summary.Burst.Rounds),
			summary.StartedAt.UTC(),
		})
	}
	if r.PathValue("comparison") != "" || !view.Registrar { // who can't run one can read of it
		s.did(w, r, &view.layout, brokeAppend)
	}
	return s.render(w, r, status, strategiesPage(view))
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
		v.Outcome = outcome{"outside", "i-open", "not tried yet"}
	case row.Exact == row.Bursts:
		v.Outcome = outcome{"seated", "i-check", "exactly right"}
	default:
		v.Outcome = outcome{"refused", "i-refused", fmt.Sprintf("wrong %d of %d times", row.Bursts-row.Exact, row.Bursts)}
	}
	return v
}

func strategyViews() []strategyView {
	var views []strategyView
	for _, strategy := range lab.Strategies() {
		file, text := strategy.Source()
		v := strategyView{
			Name: strategy.Name, Title: strategy.Title, Why: strategy.Why, Shipped: sentence(strategy.Shipped), Gap: string(strategy.Window),
			Outcome: outcome{"seated", "i-check", "correct"}, Source: strategySource(file, text),
		}
		if strategy.Broken {
			v.Outcome = outcome{"refused", "i-refused", "broken on purpose"}
		}
		views = append(views, v)
	}
	return views
}

// strategySource is the file of a strategy from where its description ends: the page says
// that in words. The correct one is nothing but its description.
func strategySource(file, text string) source {
	_, code, found := strings.Cut(text, "\n}\n\n")
	if !found {
		code = text
	}
	s := source{File: "lab/" + file, Lines: tokenLines(strings.TrimSuffix(code, "\n"))}
	before := strings.Count(text, "\n") - strings.Count(code, "\n")
	for i := range s.Lines {
		s.Lines[i].Number = before + i + 1
	}
	return s
}

// startComparison starts a comparison and leads to it.
func (s *server) startComparison(w http.ResponseWriter, r *http.Request) error {
	runner, err := s.runner(w, r)
	if err != nil {
		return err
	}
	burst := toBreak
	burst.Seed = rand.Uint32()
	comparison, err := s.Theatre.StartComparison(r.Context(), runner, burst)
	if busy, ok := errors.AsType[lab.Busy](err); ok {
		return s.showStrategies(w, r, http.StatusConflict, notStarted(busy))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, comparisonURL(comparison.ID), http.StatusSeeOther)
	return nil
}
