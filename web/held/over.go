package held

import (
	"errors"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// showOver leads to the receipt of a decision that was held, or says why there is none.
func (p *Pages) showOver(v *site.Visit, h *Decision, stage Stage) error {
	if v.IsRefetch() { // its page has none of the areas that were there
		v.W.Header().Set("HX-Redirect", story.HeldURL(h.ID))
		v.W.WriteHeader(http.StatusNoContent)
		return nil
	}
	if err := p.noteResult(v, h, stage.Result); err != nil {
		return err
	}
	if stage.ReceiptID != "" {
		return v.Redirect(story.DecisionURL(stage.ReceiptID))
	}
	layout, err := v.Page(h.Title, site.SectionDecisions, nil)
	if err != nil {
		return err
	}
	layout.Path = h.Page
	return v.Render(http.StatusOK, overPage(viewOver(layout, h, stage)))
}

// noteResult notes what a decision came to that was held, for the visitor who held it. If
// it was a repetition, the next page says so; anything else is told by its receipt.
func (p *Pages) noteResult(v *site.Visit, h *Decision, result receipt.Result) error {
	if !p.holds(v, h) {
		return nil
	}
	if notes := v.Notes(); result.RepeatOf > 0 && site.LeaveResult(notes, result) {
		if err := notes.Save(v.R, v.W); err != nil {
			return err
		}
	}
	if result.ReceiptID == "" {
		return nil
	}
	record, err := p.Receipts.Find(v.Context(), result.ReceiptID)
	if err != nil {
		return err
	}
	v.Did(&site.Layout{}, site.DecidedBy(site.Acting(v.Who()), record))
	return nil
}

type overView struct {
	site.Layout
	Text, Back string
}

// viewOver says how a decision ended that has no receipt.
func viewOver(l site.Layout, h *Decision, stage Stage) overView {
	view := overView{Layout: l, Back: h.Page}
	switch err := stage.Err; {
	case errors.Is(err, ErrCancelled):
		view.Text = "Never mind: it was cancelled between its decision and its append. Nothing was appended, so there is no receipt."
	case errors.Is(err, ErrStopped):
		view.Text = "The program was stopped while this decision was held. Nothing was appended, so there is no receipt."
	case err == nil && stage.RepeatOf > 0:
		view.Text = "The same form was carried out before, so nothing was appended now. The receipt could not be kept."
	case err == nil:
		view.Text = "It was carried out, and its receipt could not be kept."
	case errors.Is(err, dcb.ErrOtherHistory):
		view.Text = "The log lost its end: it ends before a position that this decision had read. Nothing was appended; ask again, and it is decided from the log as it is now."
	default:
		view.Text = "It broke off, and there is no receipt. Look first whether it went through, before you try again."
	}
	return view
}
