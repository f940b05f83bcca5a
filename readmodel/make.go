package readmodel

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"go-crablet/migrations"
)

// completeSQL is whether all tables and columns of the read model exist.
const completeSQL = `
	select not exists (
		select
		from (values
			('read_generation', '{generation,position,serving,event_id,recorded_at}'),
			('read_lease', '{task,holder,until}'),
			('read_course', '{generation,id,title,folded,named,capacity,seats_taken,waiting,archived,defined_at,changed_at,listed}'),
			('read_student', '{generation,id,name,folded,named,courses_taken,registered_at,changed_at,listed,sealed,forgotten}'),
			('read_place', '{generation,student_id,course_id,waiting,since}'),
			('read_unread', '{generation,tag,type,position}')
		) as of (name, columns)
		cross join unnest(of.columns::text[]) as wanted (name)
		where not exists (
			select from pg_attribute
			where attrelid = to_regclass(of.name) and attname = wanted.name and not attisdropped
		)
	)`

// makeTables makes all tables again if a table or a column is missing. Nothing is lost: all
// that they hold comes from the log. If several processes call it at once, one makes them.
func makeTables(ctx context.Context, conn *pgx.Conn) error {
	err := change(ctx, conn, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('read_generation', 0))`); err != nil {
			return err
		}
		var complete bool
		if err := tx.QueryRow(ctx, completeSQL).Scan(&complete); err != nil || complete {
			return err
		}
		const drop = `drop table if exists read_generation, read_lease, read_course, read_student, read_place, read_unread;`
		_, err := tx.Exec(ctx, drop+migrations.ReadModel, pgx.QueryExecModeSimpleProtocol) // several statements
		return err
	})
	if err != nil {
		return fmt.Errorf("make the tables that pages show: %w", err)
	}
	return nil
}
