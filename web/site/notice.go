package site

import (
	"context"
	"errors"

	"github.com/gorilla/sessions"

	"go-crablet/dcb"
	"go-crablet/readmodel"
	"go-crablet/receipt"
)

// A Notice says what became of the visitor's last command.
type Notice struct {
	Kind    noticeKind
	Strong  string // the outcome in a few words
	Text    string // the rest of the sentence
	Receipt string // the id of the receipt, or ""
}

type noticeKind string

// The kinds of notice; each has an icon and a colour.
const (
	noticeDone    noticeKind = "seated"
	NoticeRefused noticeKind = "refused"
	noticeLost    noticeKind = "conflict"
	noticeBefore  noticeKind = "outside" // nothing was done now
)

// Icon returns the symbol of the notice's kind.
func (n Notice) Icon() string {
	switch n.Kind {
	case NoticeRefused:
		return "i-refused"
	case noticeLost:
		return "i-conflict"
	case noticeBefore:
		return "i-wait"
	default:
		return "i-check"
	}
}

// A pendingNotice is what a command left to be told on the next page: its receipt, or nil
// if none was kept; and if the request was carried out before, the first event of then.
type pendingNotice struct {
	receipt *receipt.Receipt
	first   *dcb.Event

	names readmodel.Names // of what the two are about
	now   related         // what holds now of what the first event is about
}

// What the session of notes holds of the last command.
const (
	noticeKey = "receipt"   // its receipt, until it was told of
	repeatKey = "repeat_of" // the position of the first event of the request, if it repeated one
)

// LeaveResult leaves the result of a command in the notes, for the page after it, and
// reports whether there is anything to tell. The notes are then to be saved.
func LeaveResult(notes *sessions.Session, result receipt.Result) bool {
	if result == (receipt.Result{}) {
		return false
	}
	notes.Values[noticeKey], notes.Values[repeatKey] = result.ReceiptID, result.RepeatOf
	return true
}

// takeResult returns what a command left in the notes to be told, once, or nil.
func (v *Visit) takeResult() (*pendingNotice, error) {
	notes := v.Notes()
	id, ok := notes.Values[noticeKey].(string)
	if !ok {
		return nil, nil
	}
	repeatOf, _ := notes.Values[repeatKey].(int64)
	delete(notes.Values, noticeKey)
	delete(notes.Values, repeatKey)
	var left pendingNotice
	record, err := v.Receipts.Find(v.Context(), id)
	switch {
	case err == nil:
		left.receipt = &record
		KeepSteps(notes, StepsOf(notes)|DecidedBy(Acting(v.Who()), record))
	case !errors.Is(err, receipt.ErrNotFound):
		return nil, err
	}
	if repeatOf > 0 {
		if left.first, err = v.eventAt(v.Context(), repeatOf); err != nil {
			return nil, err
		}
	}
	if err := notes.Save(v.R, v.W); err != nil || left.receipt == nil && left.first == nil {
		return nil, err
	}
	return &left, nil
}

// eventAt returns the event at a position of the log, or nil if there is none.
func (s *Site) eventAt(ctx context.Context, position int64) (*dcb.Event, error) {
	for e, err := range s.Log.Read(ctx, dcb.AllEvents(), dcb.ReadOptions{After: position - 1, Before: position + 1}) {
		return &e, err
	}
	return nil, nil
}
