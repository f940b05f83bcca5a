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
	id, err := studentAt(v)
	if err != nil {
		return err
	}
	cmd := courses.ForgetStudent{Student: id, Request: v.Key()}
	result, err := p.decideToForget(v, cmd)
	return p.answer(v, cmd, result, err, story.StudentURL(id))
}

// decideToForget decides the command. One transaction appends the fact, deletes the
// student's key, and deletes the name from the read model and from imports. The decision is never held open:
// every other append would wait for the transaction. The title is stored, so it names the
// student by id.
func (p *Pages) decideToForget(v *site.Visit, cmd courses.ForgetStudent) (receipt.Result, error) {
	if err := p.decisions.DenyDuringRace(v.Context(), cmd); err != nil {
		return receipt.Result{}, err
	}
	title := "The student " + string(cmd.Student) + " is forgotten"
	record, err := p.decisions.TakeWith(v, cmd, title, func(ctx context.Context, _ *receipt.Recorder) error {
		return p.Keys.Forget(ctx, cmd.Student.Tag(), cmd, p.Terms.Forget, p.imports.Forget)
	})
	return p.decisions.Settle(v, record, err)
}
