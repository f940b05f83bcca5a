package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/permalink"
)

// How long imports are kept.
const (
	LongestWait = 24 * time.Hour      // one that nobody starts
	LongestKept = 30 * 24 * time.Hour // one that is over
)

// ErrNotFound is the error if there is no import with the given id, or no longer.
var ErrNotFound = errors.New("there is no such import")

// NewID returns the id of a new import.
func NewID() string { return permalink.NewID() }

// An Import is a list that is kept, and how far its lines have come.
type Import struct {
	ID    string
	Kind  Kind
	Stage Stage
	At    time.Time // when it reached the stage
	Written
	Counts map[State]int
}

// Lines returns how many lines the import has.
func (i Import) Lines() (n int) {
	for _, lines := range i.Counts {
		n += lines
	}
	return n
}

// A Stage is how far an import has come.
type Stage string

// The stages of an import.
const (
	Waiting   Stage = "waiting" // until it is started
	Started   Stage = "started"
	Completed Stage = "done" // every line is decided
	Cancelled Stage = "cancelled"
)

// A Store keeps imports in the tables import and import_line. It is safe for concurrent use,
// also by several processes on one database.
type Store struct{ pool *pgxpool.Pool }

// NewStore returns the store in the pool's database, which has to have the tables of
// migrations/0030_intake.sql.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool} }

// Add keeps a list under an id of [NewID], until somebody starts it.
func (s *Store) Add(ctx context.Context, id string, list List) error {
	written, err := json.Marshal(list.Written)
	if err != nil {
		return fmt.Errorf("add an import: %w", err)
	}
	columns := []string{"import", "line", "student", "course", "text", "capacity", "state", "why"}
	err = s.write(ctx, func(tx pgx.Tx) error {
		const insert = `insert into import (id, kind, state, written) values ($1, $2, $3, $4)`
		if _, err := tx.Exec(ctx, insert, id, string(list.Kind), string(Waiting), string(written)); err != nil {
			return err
		}
		_, err := tx.CopyFrom(ctx, pgx.Identifier{"import_line"}, columns, pgx.CopyFromSlice(len(list.Lines), func(i int) ([]any, error) {
			l := list.Lines[i]
			return []any{id, l.Number, string(l.Student), string(l.Course), l.Text, l.Capacity, string(l.State), l.Why}, nil
		}))
		return err
	})
	if err != nil {
		return fmt.Errorf("add an import: %w", err)
	}
	return nil
}

// selectImports reads imports with the counts of their lines.
const selectImports = `
	select id, kind, state, at, written, (
		select coalesce(json_object_agg(state, n), '{}') from (
			select state, count(*) as n from import_line where import = import.id group by state
		) as counted
	)
	from import`

// Find returns an import. Its error is [ErrNotFound] if there is none with the id.
func (s *Store) Find(ctx context.Context, id string) (Import, error) {
	if !permalink.CouldBeID(id) {
		return Import{}, ErrNotFound
	}
	found, err := s.imports(ctx, selectImports+` where id = $1`, id)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Import{}, err
	}
	return found[0], nil
}

// Latest returns the latest n imports, the latest first.
func (s *Store) Latest(ctx context.Context, n int) ([]Import, error) {
	return s.imports(ctx, selectImports+` order by at desc, id limit $1`, n)
}

func (s *Store) imports(ctx context.Context, sql string, args ...any) ([]Import, error) {
	rows, _ := s.pool.Query(ctx, sql, args...) // CollectRows returns the error
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (i Import, err error) {
		var written, counts []byte
		if err := row.Scan(&i.ID, &i.Kind, &i.Stage, &i.At, &written, &counts); err != nil {
			return i, err
		}
		return i, errors.Join(json.Unmarshal(written, &i.Written), json.Unmarshal(counts, &i.Counts))
	})
	if err != nil {
		return nil, fmt.Errorf("look for imports: %w", err)
	}
	return found, nil
}

// Lines returns the first n lines of an import, in order. If state is not "", it returns only
// lines of that state.
func (s *Store) Lines(ctx context.Context, id string, state State, n int) ([]Line, error) {
	const lines = `
		select line, student, course, text, capacity, state, why
		from import_line
		where import = $1 and ($2::text = '' or state = $2)
		order by line
		limit $3`
	rows, _ := s.pool.Query(ctx, lines, id, string(state), n) // CollectRows returns the error
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l Line, err error) {
		return l, row.Scan(&l.Number, &l.Student, &l.Course, &l.Text, &l.Capacity, &l.State, &l.Why)
	})
	if err != nil {
		return nil, fmt.Errorf("read the lines of an import: %w", err)
	}
	return found, nil
}

// Start lets clerks carry an import out. It does nothing if the import was started or cancelled
// before.
func (s *Store) Start(ctx context.Context, id string) error {
	const start = `update import set state = 'started', at = now() where id = $1 and state = 'waiting'`
	err := s.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, start, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("start an import: %w", err)
	}
	return nil
}

// Cancel ends an import. What was decided stays, and no other line is. It does nothing if the
// import is over.
func (s *Store) Cancel(ctx context.Context, id string) error {
	if err := s.write(ctx, func(tx pgx.Tx) error { return end(ctx, tx, id, Cancelled) }); err != nil {
		return fmt.Errorf("cancel an import: %w", err)
	}
	return nil
}

// end ends an import and deletes the names of students that are left in it. It does nothing if the import is
// over.
func end(ctx context.Context, tx pgx.Tx, id string, stage Stage) error {
	const (
		over   = `update import set state = $2, at = now() where id = $1 and state in ('waiting', 'started')`
		forget = `update import_line set text = '' where import = $1 and text <> '' and exists (select from import where id = $1 and kind = 'students' and state = $2)`
	)
	if _, err := tx.Exec(ctx, over, id, string(stage)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, forget, id, string(stage))
	return err
}

// Forget deletes the name that lines give a student, in the transaction in which the student is
// forgotten. Such a line is over: the id stays taken.
func (s *Store) Forget(ctx context.Context, tx pgx.Tx, subject dcb.Tag) error {
	const forget = `
		update import_line set
			text = '',
			state = case when state = 'new' then 'there' else state end,
			why = case when state = 'new' then $2 else why end
		where student = $1 and text <> ''`
	student, ok := courses.StudentIn(subject)
	if !ok {
		return nil
	}
	_, err := tx.Exec(ctx, forget, string(student), courses.ErrStudentExists.Error())
	return err
}

// Trim deletes imports that are too old, and returns how many.
func (s *Store) Trim(ctx context.Context) (removed int, err error) {
	const remove = `
		delete from import
		where state = 'waiting' and at < now() - make_interval(secs => $1)
			or state in ('done', 'cancelled') and at < now() - make_interval(secs => $2)`
	err = s.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, remove, LongestWait.Seconds(), LongestKept.Seconds())
		removed = int(tag.RowsAffected())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("remove old imports: %w", err)
	}
	return removed, nil
}

// write runs a transaction that writes, also where transactions are read-only by default.
func (s *Store) write(ctx context.Context, do func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{AccessMode: pgx.ReadWrite}, do)
}
