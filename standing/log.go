package standing

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/migrations"
)

// aboutLog are the questions about the log and its tables.
var aboutLog = []question{
	{
		Name: "Migrations", Normal: "all that this program has, and no other",
		ToDo: `Run "webapp migrate", with the program that serves. If the database is newer, serve with the newer program.`, ask: askMigrations,
	},
	{
		Name: "Identity", Normal: "the same first event for as long as the log lives",
		ToDo: `If an import is not finished, start it again: "webapp log import". If the first event is another one, this is another log.`, ask: askIdentity,
	},
	{
		Name: "Head", Normal: "only grows",
		ToDo: "A head that went back means that the server lost the end of the log.", ask: askHead,
	},
	{
		Name: "Oldest waiting append", Normal: "below 1 second",
		ToDo: "Look what the session that keeps the log locked does: select * from pg_stat_activity where pid = …; pg_terminate_backend(…) ends it.", ask: askWaiting,
	},
}

// askMigrations compares the migrations in the database with those of this program.
func askMigrations(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	wanted, err := wantedMigrations()
	if err != nil {
		return nil, err
	}
	var begun bool
	if err := pool.QueryRow(ctx, `select to_regclass('goose_db_version') is not null`).Scan(&begun); err != nil {
		return nil, err
	}
	if !begun {
		return found(fmt.Sprintf("none is applied, and %d are wanted", len(wanted)), false), nil
	}
	rows, _ := pool.Query(ctx, `select version_id from goose_db_version where is_applied and version_id > 0`) // CollectRows returns the error
	applied, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, err
	}
	missing := without(wanted, applied)
	unknown := without(applied, wanted)
	switch {
	case len(missing) > 0:
		return found(fmt.Sprintf("%d are applied, and %d are missing, the first of them %04d", len(applied), len(missing), missing[0]), false), nil
	case len(unknown) > 0:
		return found(fmt.Sprintf("%04d is applied, of a newer program", slices.Max(unknown)), false), nil
	default:
		return found(fmt.Sprintf("all %d are applied, the last of them %04d", len(wanted), slices.Max(wanted)), true), nil
	}
}

// wantedMigrations returns the numbers of the migrations that this program has.
func wantedMigrations() (numbers []int64, err error) {
	files, err := fs.Glob(migrations.Files, "*.sql")
	for _, file := range files {
		text, _, _ := strings.Cut(file, "_")
		number, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read the number of migration %s: %w", file, err)
		}
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	return numbers, err
}

func without(numbers, others []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(numbers), func(n int64) bool { return slices.Contains(others, n) })
}

func askIdentity(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	var kind string
	const look = `select coalesce((select relkind::text from pg_class where oid = to_regclass('dcb_event')), '')`
	if err := pool.QueryRow(ctx, look).Scan(&kind); err != nil {
		return nil, err
	}
	if kind == "v" {
		return found("an import into this log is not finished", false), nil
	}
	return askEvent(ctx, pool, "asc", "begins with event %[2]s, stored %[3]s")
}

func askHead(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	return askEvent(ctx, pool, "desc", "%d, event %s, stored %s")
}

// askEvent describes the first event in an order by its position, its ID and when it was stored.
func askEvent(ctx context.Context, pool *pgxpool.Pool, order, format string) ([]finding, error) {
	var position int64
	var id string
	var at time.Time
	sql := `select position, id::text, recorded_at from dcb_event order by position ` + order + ` limit 1`
	rows, _ := pool.Query(ctx, sql) // ForEachRow returns the error
	_, err := pgx.ForEachRow(rows, []any{&position, &id, &at}, func() error { return nil })
	if position == 0 {
		return found("the log is empty", true), err
	}
	return found(fmt.Sprintf(format, position, id, at.UTC().Format("2 Jan 2006 15:04:05")), true), err
}

// askWaiting asks who waits for the append lock of the log, of all processes. The second number of
// the lock is that of the table; see dcb/append.go. Every role may look at the locks.
func askWaiting(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	const sql = `
		select count(*) filter (where not granted),
		       coalesce(extract(epoch from clock_timestamp() - min(waitstart) filter (where not granted)), 0)::float8,
		       coalesce(max(pid) filter (where granted), 0)
		from pg_locks
		where locktype = 'advisory' and classid = 4473666 and objsubid = 2
		  and objid = to_regclass('dcb_event')::oid
		  and database = (select oid from pg_database where datname = current_database())`
	var waiting, holder int
	var seconds float64
	if err := pool.QueryRow(ctx, sql).Scan(&waiting, &seconds, &holder); err != nil {
		return nil, err
	}
	if waiting == 0 {
		return found("none waits", true), nil
	}
	longest := time.Duration(seconds * float64(time.Second)).Round(time.Millisecond)
	return found(fmt.Sprintf("%d wait, the oldest for %s; session %d keeps the log locked", waiting, longest, holder), longest < time.Second), nil
}
