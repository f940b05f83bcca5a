package web

import (
	"context"
	"net/http"

	"go-crablet/domain/courses"
	"go-crablet/gap"
	"go-crablet/receipt"
)

// forgetStudent carries out the form on the student's page.
func (s *server) forgetStudent(w http.ResponseWriter, r *http.Request) error {
	id := courses.StudentID(r.PathValue("student"))
	if !id.Valid() {
		return courses.ErrNoSuchStudent
	}
	cmd := courses.ForgetStudent{Student: id, Request: requestOf(r)}
	result, err := s.decideToForget(r, cmd)
	if err != nil {
		return s.declined(w, r, result.ReceiptID, studentURL(id), err)
	}
	return s.done(w, r, result, studentURL(id))
}

// decideToForget decides the command, together with the end of the student's key and of what
// the read model has copied. It is never held: the transaction would keep all who append
// waiting. Its title has no name in it, for it is the last that is stored.
func (s *server) decideToForget(r *http.Request, cmd courses.ForgetStudent) (gap.Result, error) {
	if err := s.leaveToRace(r.Context(), cmd); err != nil {
		return gap.Result{}, err
	}
	record, err := s.takeBy(r, cmd, "The student "+string(cmd.Student)+" is forgotten", func(ctx context.Context, _ *receipt.Recorder) error {
		return s.Keys.Forget(ctx, cmd.Student.Tag(), cmd, s.Terms.Forget)
	})
	return s.settle(r, record, err)
}
