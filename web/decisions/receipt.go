package decisions

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type receiptView struct {
	site.Layout
	ID, Title  string
	Outcome    ui.Outcome
	Axis       story.Axis     // no rows if the decision failed before it had read
	Verdict    story.Verdict  // how the decision ended, and what got in its way before
	Test       story.Scenario // the last attempt as a test
	AppendedAt string         // "" when nothing was appended
	Took       string
	Attempts   string
	By         story.ActorView
	Model      string // whose rules decided, or "": those of the program
	RequestID  string
	TraceID    string // "" if nobody recorded the trace
	At         time.Time

	First  []story.AttemptView // all attempts, unless there are many
	Folded []story.AttemptLine // those in the middle
	Last   []story.AttemptView

	Source       story.Source   // the rules that the command was decided by
	HasSource    bool           // the program has the rule that decided
	LooksAt      story.Source   // the boundary of the command
	Consequences []story.Source // the functions that made the other facts it appended
	LastNumber   int            // of the attempt that ended the decision

	Pin site.PinView
}

// How many attempts are shown in full: all of a few, and both ends of many.
const (
	fewAttempts   = 5
	firstAttempts = 2
	lastAttempts  = 1
)

// Show is the page of one receipt.
func (p *Pages) Show(v *site.Visit) error {
	record, err := p.receiptAt(v)
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
	view := viewReceipt(layout, names, record)
	if err := p.complete(v.Context(), &view, names, record); err != nil {
		return err
	}
	if site.IsSeatOf(view.Acting.ID, record) {
		v.Did(&view.Layout, site.OpenedReceipt)
	}
	return v.Render(http.StatusOK, receiptPage(view))
}

// receiptAt returns the receipt that an address names.
func (p *Pages) receiptAt(v *site.Visit) (receipt.Receipt, error) {
	record, err := p.Receipts.Find(v.Context(), v.ID("decision"))
	if errors.Is(err, receipt.ErrNotFound) {
		return record, p.noSuchReceipt()
	}
	return record, err
}

func (p *Pages) noSuchReceipt() error {
	return site.Problem{
		Status: http.StatusNotFound, Title: "Not found",
		Text: "There is no such receipt, or no longer. " + p.Keeping.OfReceipts() + " It may also be of another database, or the link was cut short.",
		Next: site.Home,
	}
}

// complete adds to a view what the receipt itself does not hold: whether it is pinned, the
// attempts as tests, and the decisions whose events got inside the boundary.
func (p *Pages) complete(ctx context.Context, view *receiptView, names readmodel.Names, record receipt.Receipt) (err error) {
	view.Pin = site.PinView{Layout: view.Layout, Action: story.DecisionURL(record.ID) + "/pin", Rule: p.Keeping.OfReceipts()}
	if view.Pin.Pinned, err = p.Receipts.IsPinned(ctx, record.ID); err != nil {
		return err
	}
	for _, a := range view.inFull() {
		if a.Test, err = p.scenarioOf(ctx, record, a.Number-1); err != nil {
			return err
		}
		if a.By, err = p.intrudersOf(ctx, names, record.Attempts[a.Number-1]); err != nil {
			return err
		}
	}
	last := view.LastAttempt()
	view.Test, last.Test = last.Test, story.Scenario{}
	return nil
}

// inFull returns the attempts that are shown in full.
func (v receiptView) inFull() []*story.AttemptView {
	var shown []*story.AttemptView
	for _, part := range [][]story.AttemptView{v.First, v.Last} {
		for i := range part {
			shown = append(shown, &part[i])
		}
	}
	return shown
}

// LastAttempt returns the attempt that ended the decision.
func (v receiptView) LastAttempt() *story.AttemptView {
	shown := v.inFull()
	return shown[len(shown)-1]
}

// Appended lists what was appended, if it is more than one event.
func (v receiptView) Appended() []story.Consequence { return v.LastAttempt().Appended }

// mostFirst is how many of those who came first have a button.
const mostFirst = 2

// CameFirst returns the first decisions that got inside the boundary, each once. It leaves out
// those without a receipt.
func (v receiptView) CameFirst() []story.Intruder {
	var first []story.Intruder
	for _, a := range v.inFull() {
		for _, by := range a.By {
			known := slices.ContainsFunc(first, func(other story.Intruder) bool { return other.URL == by.URL })
			if by.URL != "" && !known && len(first) < mostFirst {
				first = append(first, by)
			}
		}
	}
	return first
}

// viewReceipt words a receipt. Courses and students have the names that they have now.
func viewReceipt(l site.Layout, names readmodel.Names, record receipt.Receipt) receiptView {
	view := receiptView{
		Layout:     l,
		ID:         record.ID,
		Title:      record.Title,
		Outcome:    story.OutcomeOf(record),
		Axis:       story.AxisOf(names, record),
		Verdict:    story.VerdictOf(names, record),
		AppendedAt: story.AppendedAt(record),
		Took:       ui.Duration(record.Took),
		Attempts:   story.AttemptsOf(record),
		By:         story.ViewActor(names, courses.ActorIn(record.Metadata)),
		Model:      story.ModelOf(record),
		RequestID:  record.CorrelationID,
		TraceID:    record.TraceID(),
		At:         record.StartedAt.UTC(),
		LastNumber: len(record.Attempts),
	}
	if failure := record.Last().Failure; failure == nil || !failure.Reading { // it decided something
		source, known := story.DomainSource.Decision(record.Command, record.Last())
		view.Source, view.HasSource = source, known && source.Fired
	}
	view.LooksAt = story.DomainSource.Boundary(record.Command)
	view.Consequences = story.DomainSource.Consequences(record.Command, record.Last())

	n := len(record.Attempts)
	first, last := n, n
	if n > fewAttempts {
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

// SourceNote explains the marks beside the lines of the source.
func (v receiptView) SourceNote() string {
	return fmt.Sprintf("Grey: the values in attempt %d. They are not copied.", v.LastNumber)
}

// FoldedSummary counts the attempts that are not shown in full.
func (v receiptView) FoldedSummary() string {
	n := len(v.Folded)
	return fmt.Sprintf("Attempts %d to %d: %d more that were lost", v.Folded[0].Number, v.Folded[n-1].Number, n)
}

var whyReceipt = ui.Idea{
	Text: "An append says: only if nothing that my query matches was stored after the position I read. " +
		"Each attempt shows these three as they really were, the query, the position and the events; a conflict names the event that made an answer stale.",
	URL: story.SourceURL("dcb/decide.go", "decision.attempt"), Words: "One attempt, from reading to appending",
}
