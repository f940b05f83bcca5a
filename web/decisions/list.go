package decisions

import (
	"net/http"
	"time"

	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type listView struct {
	site.Layout
	Filter    filter
	Decisions []listLine // the latest first
	Pager     ui.Pager
	Kept      string // how long receipts are kept
}

// A listLine is one decision in the list.
type listLine struct {
	Anchor     string // the id of its row
	Title, URL string
	Command    string
	Outcome    ui.Outcome
	Attempts   string
	AppendedAt string // "" when nothing was appended
	At         time.Time
}

// List is the page of the decisions that have a receipt.
func (p *Pages) List(v *site.Visit) error {
	view := listView{Kept: p.Keeping.OfReceipts()}
	var err error
	if view.Filter, err = filterOf(v); err != nil {
		return err
	}
	status := http.StatusOK
	var receipts []receipt.Receipt
	if view.Filter.wrong() {
		status = http.StatusUnprocessableEntity
	} else if receipts, view.Pager, err = p.receiptsOf(v, view.Filter); err != nil {
		return err
	}
	view.Layout, err = v.Page("Decisions", site.SectionDecisions, func(ask *readmodel.Questions, _ site.Visitor) {
		ask.Names(&view.Filter.names, view.Filter.about())
	})
	if err != nil {
		return err
	}
	if !view.Filter.wrong() {
		view.Topics = []site.Topic{site.TopicReceipts}
	}
	view.Decisions = linesOf(receipts)
	return v.Render(status, listPage(view))
}

func linesOf(receipts []receipt.Receipt) []listLine {
	lines := make([]listLine, len(receipts))
	for i, record := range receipts {
		lines[i] = listLine{
			Anchor:     "decision-" + record.ID,
			Title:      record.Title,
			Command:    record.Command,
			URL:        story.DecisionURL(record.ID),
			Outcome:    story.OutcomeOf(record),
			Attempts:   story.AttemptsOf(record),
			AppendedAt: story.AppendedAt(record),
			At:         record.StartedAt.UTC(),
		}
	}
	return lines
}

// receiptsOf returns the receipts on the page of the list that an address asks for.
func (p *Pages) receiptsOf(v *site.Visit, f filter) ([]receipt.Receipt, ui.Pager, error) {
	all := site.List{Name: "decisions", Label: "Decisions", Path: "/decisions", With: f.address()}
	direction, from := all.Turn(v)
	if (direction == "") != (from == "") || from != "" && !site.ReceiptID.MatchString(from) {
		return nil, ui.Pager{}, all.NoSuchPlace()
	}
	var receipts []receipt.Receipt
	var err error
	const most = site.DecisionsPerPage + 1 // the extra one shows that there is a next page
	switch direction {
	case "":
		receipts, err = p.Receipts.Latest(v.Context(), f.receipts(), most)
	case "before":
		receipts, err = p.Receipts.Before(v.Context(), f.receipts(), from, most)
	case "after":
		receipts, err = p.Receipts.After(v.Context(), f.receipts(), from, most)
	default:
		err = all.NoSuchPlace()
	}
	if err != nil {
		return nil, ui.Pager{}, err
	}
	receipts, pages := pageOfReceipts(all, receipts, direction)
	return receipts, pages, nil
}

// pageOfReceipts removes the extra receipt, and makes the links to the pages before and
// after. The direction is "before" or "after", as the address has it, or "".
func pageOfReceipts(all site.List, receipts []receipt.Receipt, direction string) ([]receipt.Receipt, ui.Pager) {
	p := ui.Pager{Label: all.Label, Back: "Later", On: "Earlier", Start: all.URL(""), Part: direction != ""}
	more := len(receipts) > site.DecisionsPerPage
	switch {
	case more && direction == "after": // the extra one is the latest
		receipts = receipts[1:]
	case more:
		receipts = receipts[:site.DecisionsPerPage]
	case len(receipts) == 0:
		return nil, p
	}
	if direction == "before" || direction == "after" && more {
		p.Previous = all.URL("after." + receipts[0].ID)
	}
	if direction == "after" || more {
		p.Next = all.URL("before." + receipts[len(receipts)-1].ID)
	}
	return receipts, p
}

var whyList = ui.Idea{
	Text: "A lost race is not an error: the decision reads what is new and is taken again. Nobody would see that it happened. " +
		"That is why every decision leaves a receipt, the refused ones and the lost attempts included.",
	URL: story.SourceURL("dcb/decide.go", "Decide"), Words: "How a decision is taken, and taken again",
}
