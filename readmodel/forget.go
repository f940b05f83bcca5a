package readmodel

import (
	"context"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// Forget clears the name of a student, whose tag is given, from the tables of all
// generations. Hand it to [go-crablet/dcb/sealed.Keys.Forget]: in its transaction no
// projector can bring the name back.
func (m *Model) Forget(ctx context.Context, tx pgx.Tx, student dcb.Tag) error {
	const forget = `update read_student set name = $2, folded = $3, forgotten = true where id = $1`
	id, ok := courses.StudentIn(student)
	if !ok {
		return nil
	}
	const name = courses.ForgottenName
	_, err := tx.Exec(ctx, forget, string(id), name, folded(name+" "+string(id)))
	return err
}
