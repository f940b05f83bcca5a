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
	// The decision stands, whether its receipt can be kept or not.
	if saveErr := s.Receipts.Save(r.Context(), record); saveErr != nil {
		s.Logger.ErrorContext(r.Context(), "keep a receipt", "error", saveErr, "request_id", record.CorrelationID)
		return "", err
	}
	return record.ID, err
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
		session.AddFlash(receiptID)
		if err := session.Save(r, w); err != nil {
			return err
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
