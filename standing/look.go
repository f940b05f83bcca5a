package standing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// longestAnswer is how long the database may take for the answer to one question. A table that
// somebody keeps locked must not keep the report from being made.
const longestAnswer = 2 * time.Second

// Look makes a report on the pool's database. It only reads. Its error says that the database
// can't be reached; whatever else goes wrong is said in the lines of the report.
func Look(ctx context.Context, pool *pgxpool.Pool, program Build) (Report, error) {
	l := looker{pool: pool, report: Report{Program: program}}
	if err := pool.QueryRow(ctx, `select clock_timestamp(), pg_is_in_recovery()`).Scan(&l.report.At, &l.standby); err != nil {
		return l.report, fmt.Errorf("look how the database stands: %w", err)
	}
	l.lookAt(ctx, "Processes", aboutProcesses)
	l.lookAt(ctx, "Log", aboutLog)
	l.lookAt(ctx, "What follows the log", aboutFollowers)
	l.lookAt(ctx, "Server", aboutServer(l.standby))
	l.lookAt(ctx, "Sizes", aboutSizes)
	return l.report, ctx.Err()
}

// A looker makes a report, section by section.
type looker struct {
	pool    *pgxpool.Pool
	standby bool
	report  Report
}

// A question is asked for the lines of a report that are about the same thing.
type question struct {
	Name, Normal, ToDo string
	ask                func(context.Context, *pgxpool.Pool) ([]finding, error)
}

// A finding is what was found. One without a name has the name of its question.
type finding struct {
	name, value string
	state       State
}

// found is a finding that is well if it is in the normal range.
func found(value string, normal bool) []finding {
	state := Unwell
	if normal {
		state = Well
	}
	return []finding{{value: value, state: state}}
}

// lookAt adds a section with the answers to questions. Each question is a statement of its own,
// outside of any transaction: one that fails does not spoil the others.
func (l *looker) lookAt(ctx context.Context, name string, questions []question) {
	section := Section{Name: name}
	for _, q := range questions {
		for _, f := range q.answer(ctx, l.pool) {
			line := Line{Name: q.Name, Value: f.value, State: f.state, Normal: q.Normal, ToDo: q.ToDo}
			if f.name != "" {
				line.Name = f.name
			}
			section.Lines = append(section.Lines, line)
		}
	}
	l.report.Sections = append(l.report.Sections, section)
}

func (q question) answer(ctx context.Context, pool *pgxpool.Pool) []finding {
	ctx, answered := context.WithTimeout(ctx, longestAnswer)
	defer answered()
	findings, err := q.ask(ctx, pool)
	if err != nil {
		return []finding{{value: whyUnseen(err), state: Unseen}}
	}
	return findings
}

// whyUnseen says why a question has no answer.
func whyUnseen(err error) string {
	const insufficientPrivilege, undefinedTable, undefinedColumn = "42501", "42P01", "42703"
	e, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case ok && e.Code == insufficientPrivilege:
		return "this role may not see it"
	case ok && e.Code == undefinedTable:
		return "there is no table for it"
	case ok && e.Code == undefinedColumn: // of an older version, or dcb_event during an import
		return "a table has other columns: see Migrations and Identity"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer within " + longestAnswer.String()
	case ok:
		return "the server does not tell: " + e.Message
	default:
		return "the database does not answer"
	}
}

// each asks for rows, and makes a finding of each.
func each(ctx context.Context, pool *pgxpool.Pool, sql string, tell func(pgx.CollectableRow) (finding, error)) ([]finding, error) {
	rows, _ := pool.Query(ctx, sql) // CollectRows returns the error
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (finding, error) { return tell(row) })
}
