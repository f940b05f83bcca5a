package readmodel

import (
	"context"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// Forget clears the name of the student with this tag from all generations of the tables.
// Hand it to [go-crablet/dcb/sealed.Keys.Forget], which deletes the key in the same
// transaction, so that no projector can bring the name back.
func (m *Model) Forget(ctx context.Context, tx pgx.Tx, student dcb.Tag) error {
	const forget = `update read_student set name = $2, folded = $3, forgotten = true where id = $1`
	id, ok := courses.StudentIn(student)
	if !ok {
		return nil
	}
	const name = courses.ForgottenName
	_, err := tx.Exec(ctx, forget, string(id), name, Folded(name+" "+string(id)))
	return err
}
