package decisions

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type decisionView struct {
	site.Layout
	ID, Title  string
	Outcome    ui.Outcome
	AppendedAt string // "" when nothing was appended
	Took       string
	Attempts   string
	RequestID  string
	At         time.Time

	First  []story.AttemptView // all of them, unless there are many
	Folded []story.AttemptLine
	Last   []story.AttemptView

	Source       story.Source
	HasSource    bool
	LooksAt      story.Source   // the boundary of the command
	Consequences []story.Source // what made the rest of what was appended
	LastNumber   int            // of the attempt that ended the decision

	Pin site.PinView
}

// The attempts at both ends that are shown in full when there are many.
const (
	mostAttempts  = 5 // that are all shown
	firstAttempts = 2
	lastAttempts  = 1
)

// Show is the page of one receipt.
func (p *Pages) Show(v *site.Visit) error {
	record, err := p.Receipts.Find(v.Context(), v.ID("decision"))
	if errors.Is(err, receipt.ErrNotFound) {
		return p.noSuchReceipt(v)
	}
	if err != nil {
		return err
	}
	var names readmodel.Names
	layout, err := v.Page(record.Title, site.SectionDecisions, func(ask *readmodel.Questions, _ site.Visitor) {
		ask.Names(&names, story.TagsIn(record))
	})
	if err != nil {
		return err
	}
	if layout.Notice != nil && layout.Notice.Receipt == record.ID {
		layout.Notice.Receipt = "" // this page is the receipt
	}
	view := viewDecision(layout, names, record)
	view.Pin = site.PinView{Layout: layout, Action: story.DecisionURL(record.ID) + "/pin", Rule: p.Keeping.OfReceipts()}
	if view.Pin.Pinned, err = p.Receipts.IsPinned(v.Context(), record.ID); err != nil {
		return err
	}
	if site.IsSeatOf(view.Acting.ID, record) {
		v.Did(&view.Layout, site.OpenedReceipt)
	}
	for _, a := range view.inFull() {
		if a.Test, err = p.scenarioOf(v.Context(), record, a.Number-1); err != nil {
			return err
		}
		if a.By, err = p.intrudersOf(v.Context(), names, record.Attempts[a.Number-1]); err != nil {
			return err
		}
	}
	return v.Render(http.StatusOK, decisionPage(view))
}

func (p *Pages) noSuchReceipt(v *site.Visit) error {
	return site.Problem{
		Status: http.StatusNotFound, Title: "Not found",
		Text: "There is no such receipt, or no longer. " + p.Keeping.OfReceipts() + " It may also be of another database, or the link was cut short.",
		Next: site.Home,
	}
}

// inFull returns the attempts that are shown in full.
func (v *decisionView) inFull() []*story.AttemptView {
	var shown []*story.AttemptView
	for _, part := range [][]story.AttemptView{v.First, v.Last} {
		for i := range part {
			shown = append(shown, &part[i])
		}
	}
	return shown
}

func viewDecision(l site.Layout, names readmodel.Names, record receipt.Receipt) decisionView {
	view := decisionView{
		Layout:     l,
		ID:         record.ID,
		Title:      record.Title,
		Outcome:    story.OutcomeOf(record),
		AppendedAt: story.AppendedAt(record),
		Took:       ui.Duration(record.Took),
		Attempts:   story.AttemptsOf(record),
		RequestID:  record.CorrelationID,
		At:         record.StartedAt.UTC(),
		LastNumber: len(record.Attempts),
	}
	if failure := record.Last().Failure; failure == nil || !failure.Reading { // it decided something
		view.Source, view.HasSource = story.DomainSource.Decision(record.Command, record.Last())
	}
	view.LooksAt = story.DomainSource.Boundary(record.Command)
	view.Consequences = story.DomainSource.Consequences(record.Command, record.Last())

	n := len(record.Attempts)
	first, last := n, n
	if n > mostAttempts {
		first, last = firstAttempts, n-lastAttempts
	}
	for i := range record.Attempts {
		switch {
		case i < first:
			view.First = append(view.First, story.ViewAttempt(names, record, i))
		case i < last:
			view.Folded = append(view.Folded, story.FoldAttempt(record, i))
		default:
			view.Last = append(view.Last, story.ViewAttempt(names, record, i))
		}
	}
	return view
}

// SourceNote says what stands beside the source.
func (v decisionView) SourceNote() string {
	if !v.Source.Fired {
		return "The rule that decided is not in this source any more: the program is newer than the receipt."
	}
	return fmt.Sprintf("Beside each case stands what came of it in attempt %d. It is not part of what you select.", v.LastNumber)
}

// FoldedSummary counts the attempts that are not shown in full.
func (v decisionView) FoldedSummary() string {
	n := len(v.Folded)
	return fmt.Sprintf("Attempts %d to %d: %d more that were lost", v.Folded[0].Number, v.Folded[n-1].Number, n)
}

var whyReceipt = ui.Idea{
	Text: "An append says: only if nothing that my query matches was stored after the position I read. " +
		"Each attempt shows these three as they really were, the query, the position and the events; a conflict names the event that made an answer stale.",
	URL: story.SourceURL("dcb/decide.go", "decision.attempt"), Words: "One attempt, from reading to appending",
}
