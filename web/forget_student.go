package web

import (
	"context"

	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// forgetStudent carries out the form on the student's page.
func (s *server) forgetStudent(v *visit) error {
	id := courses.StudentID(v.id("student"))
	if !id.Valid() {
		return courses.ErrNoSuchStudent
	}
	cmd := courses.ForgetStudent{Student: id, Request: v.key()}
	result, err := s.decideToForget(v, cmd)
	if err != nil {
		return s.declined(v, result.ReceiptID, studentURL(id), err)
	}
	return v.done(result, studentURL(id))
}

// decideToForget decides the command, together with the end of the student's key and of what
// the read model has copied. It is never held: the transaction would keep all who append
// waiting. Its title has no name in it, for it is the last that is stored.
func (s *server) decideToForget(v *visit, cmd courses.ForgetStudent) (receipt.Result, error) {
	if err := s.leaveToRace(v.context(), cmd); err != nil {
		return receipt.Result{}, err
	}
	record, err := s.takeBy(v, cmd, "The student "+string(cmd.Student)+" is forgotten", func(ctx context.Context, _ *receipt.Recorder) error {
		return s.Keys.Forget(ctx, cmd.Student.Tag(), cmd, s.Terms.Forget)
	})
	return s.settle(v, record, err)
}
