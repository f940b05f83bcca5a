package held

import (
	"errors"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// showOver leads to the receipt of a decision that is over, or says why there is none.
func (p *Pages) showOver(v *site.Visit, d *Decision, stage Stage) error {
	if v.IsRefetch() { // the next page has none of the areas of this one
		// A program that stops will not answer the next request. The page stays, and hears that the
		// decision is over as soon as there is a program again.
		if !p.keeper.isClosed() {
			v.W.Header().Set("HX-Redirect", story.HeldURL(d.ID))
		}
		v.W.WriteHeader(http.StatusNoContent)
		return nil
	}
	if err := p.noteResult(v, d, stage.Result); err != nil {
		return err
	}
	if stage.ReceiptID != "" {
		return v.Redirect(story.DecisionURL(stage.ReceiptID))
	}
	layout, err := v.Page(d.Title, site.SectionDecisions, nil)
	if err != nil {
		return err
	}
	layout.Path = d.Page
	return v.Render(http.StatusOK, overPage(viewOver(layout, d, stage, stage.Err != nil && v.IsFull(stage.Err))))
}

// noteResult notes the result of a decision for the visitor who held it. The receipt tells
// the result; only for a repetition the next page says so, too.
func (p *Pages) noteResult(v *site.Visit, d *Decision, result receipt.Result) error {
	if !p.holds(v, d) {
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

// viewOver says how a decision without a receipt ended. full is set if the database was full.
func viewOver(l site.Layout, d *Decision, stage Stage, full bool) overView {
	view := overView{Layout: l, Back: d.Page}
	refusal, refused := errors.AsType[courses.Refusal](stage.Err)
	switch err := stage.Err; {
	case refused: // it is about a course or a student that the log has lost
		view.Text = ui.Sentence(refusal.Error()) + " The log said so when the decision went on. Nothing was appended, and there is no receipt."
	case errors.Is(err, ErrCancelled):
		view.Text = "It was cancelled between its decision and its append. Nothing was appended, so there is no receipt."
	case errors.Is(err, ErrStopped):
		view.Text = "The program was stopped while this decision was held. Nothing was appended, so there is no receipt."
	case err == nil && stage.RepeatOf > 0:
		view.Text = "The same form was carried out before, so nothing was appended now. The receipt could not be kept."
	case err == nil:
		view.Text = "It was carried out, but its receipt could not be kept."
	case errors.Is(err, dcb.ErrOtherHistory):
		view.Text = "The log lost its end: it ends before a position that this decision had read. Nothing was appended; ask again, and it is decided from the log as it is now."
	case full:
		view.Text = "The database was full. Nothing was appended, and there is no receipt. Ask again later."
	default:
		view.Text = "It broke off, and there is no receipt. Look first whether it went through, before you try again."
	}
	return view
}
