package web

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// A command is one of package courses.
type command interface {
	Decide(ctx context.Context, log dcb.Log) error
}

// decide takes a decision and keeps its receipt, whose id it returns. There is no
// receipt, and the id is "", when nothing was decided: the database failed, or
// what was asked for made no sense to begin with.
func (s *server) decide(r *http.Request, cmd command, title string) (string, error) {
	ctx, recorder := receipt.Record(r.Context(), reflect.TypeOf(cmd).Name(), title)
	err := cmd.Decide(ctx, s.Log)
	record, ended := recorder.Receipt()
	if !ended || isNonsense(err) {
		return "", err
	}
	// The decision stands, whether its receipt can be kept or not, and its receipt is
	// worth keeping though the visitor may be gone.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), longestAfterthought)
	defer cancel()
	if saveErr := s.Receipts.Save(ctx, record); saveErr != nil {
		s.Logger.ErrorContext(r.Context(), "keep a receipt", "error", saveErr, "request_id", record.CorrelationID)
		return "", err
	}
	return record.ID, err
}

// decideWithID decides a command that gives something an id. When the id is ours to
// make and somebody else has just taken it, another one is made.
func (s *server) decideWithID(r *http.Request, ours bool, taken courses.Refusal, next func(*courses.Term) (command, string)) (string, error) {
	for {
		term, err := s.directory.Term(r.Context())
		if err != nil {
			return "", err
		}
		cmd, title := next(term)
		receiptID, err := s.decide(r, cmd, title)
		if !ours || !errors.Is(err, taken) {
			return receiptID, err
		}
	}
}

// isNonsense reports whether a refusal is about the request rather than about
// what has happened so far.
func isNonsense(err error) bool {
	refusal, ok := errors.AsType[courses.Refusal](err)
	return ok && statusOf(refusal) != http.StatusConflict
}

// done sends the visitor on after a command that was carried out. The page they
// arrive at says what became of it.
func (s *server) done(w http.ResponseWriter, r *http.Request, receiptID, next string) error {
	if receiptID != "" {
		session := s.session(r)
		session.Values[noticeKey] = receiptID
		if err := session.Save(r, w); err != nil {
			// What was done is done, it only can't be told on the next page.
			s.Logger.WarnContext(r.Context(), "save the session", "error", err, "request_id", dcb.CorrelationID(r.Context()))
		}
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// declined shows the page that a command came from again, with the reason why it
// was not carried out. Errors other than refusals and lost races pass through.
func (s *server) declined(w http.ResponseWriter, r *http.Request, receiptID, page string, err error) error {
	n, ok := noticeOf(receiptID, err)
	if !ok {
		return err
	}
	return s.show(w, r, page, http.StatusConflict, n)
}

// show answers with a page of ours other than the one that was asked for.
func (s *server) show(w http.ResponseWriter, r *http.Request, page string, status int, n notice) error {
	if id, ok := pathID(page, "/courses/"); ok {
		return s.showCourse(w, r, courses.CourseID(id), status, &n, field{})
	}
	if id, ok := pathID(page, "/students/"); ok {
		return s.showStudent(w, r, courses.StudentID(id), status, &n)
	}
	return s.showCatalogue(w, r, status, &n)
}
