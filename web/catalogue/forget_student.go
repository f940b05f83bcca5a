package catalogue

import (
	"context"

	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// ForgetStudent carries out the form on the student's page.
func (p *Pages) ForgetStudent(v *site.Visit) error {
	id := courses.StudentID(v.ID("student"))
	if !id.Valid() {
		return courses.ErrNoSuchStudent
	}
	cmd := courses.ForgetStudent{Student: id, Request: v.Key()}
	result, err := p.decideToForget(v, cmd)
	if err != nil {
		return p.declined(v, result.ReceiptID, story.StudentURL(id), err)
	}
	return v.Done(result, story.StudentURL(id))
}

// decideToForget decides the command, together with the end of the student's key and of what
// the read model has copied. It is never held: the transaction would keep all who append
// waiting. Its title has no name in it, for it is the last that is stored.
func (p *Pages) decideToForget(v *site.Visit, cmd courses.ForgetStudent) (receipt.Result, error) {
	if err := p.decisions.LeaveToRace(v.Context(), cmd); err != nil {
		return receipt.Result{}, err
	}
	record, err := p.decisions.TakeBy(v, cmd, "The student "+string(cmd.Student)+" is forgotten", func(ctx context.Context, _ *receipt.Recorder) error {
		return p.Keys.Forget(ctx, cmd.Student.Tag(), cmd, p.Terms.Forget)
	})
	return p.decisions.Settle(v, record, err)
}
