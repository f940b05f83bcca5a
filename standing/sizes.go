package standing

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// The parts of a table. Different things make each of them grow.
const (
	rowsOf    = `pg_table_size(t.oid)`   // the rows, and what is stored outside of them
	indexesOf = `pg_indexes_size(t.oid)` // what finds the rows
	allOf     = `pg_total_relation_size(t.oid)`
)

// eventTable are the two names of the table of events. It has the second one during an import.
const eventTable = `'dcb_event', 'dcb_event_importing'`

// aboutSizes are the questions about how much room the tables take. Any role may ask them.
var aboutSizes = []question{
	size("Events of the log", "grows with each event, and never shrinks", `select sum(`+rowsOf+`) from t where name in (`+eventTable+`)`),
	size("Index of the log", "one to two times the events, once there are many",
		`select sum(case name when 'dcb_event_tag' then `+allOf+` else `+indexesOf+` end) from t where name in (`+eventTable+`, 'dcb_event_tag')`),
	size("Receipts", "bounded by -keep-receipts and -keep-days", `select sum(`+allOf+`) from t where name in ('decision_receipt', 'decision_receipt_listing')`),
	size("Races", "bounded by -keep-races and -keep-days", `select sum(`+allOf+`) from t where name = 'lab_run'`),
	size("Tables of the read model", "grows with courses, students and seats",
		`select sum(`+allOf+`) from t where name in ('read_generation', 'read_course', 'read_student', 'read_place', 'read_unread')`),
	size("Whole database", "fits on its disk with room to spare", `select pg_database_size(current_database())`),
}

// size asks how many bytes something takes. t are the tables that the search path leads to.
func size(name, normal, sum string) question {
	const tables = `with t as (select oid, relname as name from pg_class where relkind = 'r' and pg_table_is_visible(oid)) `
	return question{
		Name: name, Normal: normal,
		ToDo: "Give the server a larger disk, or keep fewer receipts and races with -keep-receipts, -keep-races and -keep-days.",
		ask: func(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
			var text *string
			err := pool.QueryRow(ctx, tables+`select pg_size_pretty((`+sum+`)::bigint)`).Scan(&text)
			if err == nil && text == nil {
				return []finding{{value: "there is no table for it", state: Unseen}}, nil
			}
			if err != nil {
				return nil, err
			}
			return found(*text, true), nil
		},
	}
}
