package web

import (
	"errors"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// done sends the visitor on after a command that was carried out. The page they
// arrive at says what became of it.
func (v *visit) done(result receipt.Result, next string) error {
	if notes := v.notes(); leaveResult(notes, result) {
		if err := notes.Save(v.R, v.W); err != nil {
			// What was done is done, it only can't be told on the next page.
			v.Logger.WarnContext(v.context(), "save the session", "error", err, "request_id", v.requestID())
		}
	}
	return v.redirect(next)
}

// noticeOf words a command that was not carried out, if there is a reason that
// the visitor can do something about.
func noticeOf(receiptID string, err error) (notice, bool) {
	if refusal, ok := errors.AsType[courses.Refusal](err); ok && statusOf(refusal) == http.StatusConflict {
		return notice{noticeRefused, "Refused", refusal.Error() + ".", receiptID}, true
	}
	if errors.Is(err, dcb.ErrConflict) {
		return notice{noticeLost, "Somebody was faster", lostText, receiptID}, true
	}
	return notice{}, false
}
