package site

import (
	"errors"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// Done sends the visitor on after a command that was carried out. The page they
// arrive at says what became of it.
func (v *Visit) Done(result receipt.Result, next string) error {
	if notes := v.Notes(); LeaveResult(notes, result) {
		if err := notes.Save(v.R, v.W); err != nil {
			// What was done is done, it only can't be told on the next page.
			v.Logger.WarnContext(v.Context(), "save the session", "error", err, "request_id", v.RequestID())
		}
	}
	return v.Redirect(next)
}

// NoticeOf words a command that was not carried out, if there is a reason that
// the visitor can do something about.
func NoticeOf(receiptID string, err error) (Notice, bool) {
	if refusal, ok := errors.AsType[courses.Refusal](err); ok && StatusOf(refusal) == http.StatusConflict {
		return Notice{NoticeRefused, "Refused", refusal.Error() + ".", receiptID}, true
	}
	if errors.Is(err, dcb.ErrConflict) {
		return Notice{noticeLost, "Somebody was faster", lostText, receiptID}, true
	}
	return Notice{}, false
}
