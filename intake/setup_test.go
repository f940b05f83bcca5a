package intake_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/intake"
	"go-crablet/internal/pgtest"
)

// How long to wait for what has to happen, and how often to look.
const (
	patience = time.Minute
	tick     = 5 * time.Millisecond
)

// ids make ids that a test can foretell.
var ids = intake.IDs{
	Course: func(title string) courses.CourseID {
		return courses.CourseID(strings.ToLower(strings.ReplaceAll(title, " ", "-")))
	},
	Student: func(request courses.RequestID) courses.StudentID { return courses.StudentID("of-" + string(request)) },
}

// An office is a log, with imports beside it.
type office struct {
	t       *testing.T
	pool    *pgxpool.Pool
	log     *dcb.Store
	keys    *sealed.Keys
	imports *intake.Store
	logger  *slog.Logger
}

// newOffice returns an office with a database of its own, and with some facts in its log.
func newOffice(t *testing.T, facts ...dcb.Fact) office {
	t.Helper()
	pool := pgtest.New(t)
	log, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(log.Close)
	o := office{t, pool, log, sealed.NewKeys(pool, log), intake.NewStore(pool), slog.New(slog.NewTextHandler(t.Output(), nil))}
	o.happens(facts...)
	return o
}

func (o office) happens(facts ...dcb.Fact) {
	o.t.Helper()
	if len(facts) == 0 {
		return
	}
	events, err := dcb.Encode(facts)
	require.NoError(o.t, err)
	_, err = o.log.AppendEvents(o.t.Context(), events, dcb.Query{}, 0)
	require.NoError(o.t, err)
}

// tries reads a list and tries it out.
func (o office) tries(kind intake.Kind, file string) intake.List {
	o.t.Helper()
	list, err := intake.Read("abc", kind, []byte(file), ids)
	require.NoError(o.t, err)
	require.NoError(o.t, intake.Try(o.t.Context(), o.log, &list))
	return list
}

// adds keeps a list as an import.
func (o office) adds(kind intake.Kind, file string) (id string) {
	o.t.Helper()
	list := o.tries(kind, file)
	id = intake.NewID()
	require.NoError(o.t, o.imports.Add(o.t.Context(), id, list))
	return id
}

// clerk returns a clerk who works until the end of the test.
func (o office) clerk() *intake.Clerk {
	clerk := intake.NewClerk(o.imports, o.log, o.keys, o.logger)
	o.t.Cleanup(clerk.Close)
	return clerk
}

// losesItsEnd lets the log lose all events after a position between the decisions of a clerk and their note,
// and then have another event there, as in a restore. The trigger stands for the restore: it runs when the
// clerk makes its claim last longer, and once.
func (o office) losesItsEnd(after int64) {
	o.t.Helper()
	_, err := o.pool.Exec(o.t.Context(), fmt.Sprintf(`
		create table loss (events bigint);
		create function lose_end() returns trigger language plpgsql as $$ begin
			if not exists (select from loss) then
				insert into loss select count(*) from dcb_event where position > %d;
				delete from dcb_event_tag where position > %[1]d;
				delete from dcb_event where position > %[1]d;
				insert into dcb_event (position, id, type, tags, data) values (%[1]d + 1, gen_random_uuid(), 'Another', '{}', '{}');
			end if;
			return new;
		end $$;
		create trigger lose_end before update on import for each row when (old.clerk <> '' and new.clerk = old.clerk) execute function lose_end()`, after))
	require.NoError(o.t, err)
}

// lost returns how many events the log has lost.
func (o office) lost() (events int) {
	o.t.Helper()
	require.NoError(o.t, o.pool.QueryRow(o.t.Context(), `select events from loss`).Scan(&events))
	return events
}

// find returns an import.
func (o office) find(id string) intake.Import {
	o.t.Helper()
	found, err := o.imports.Find(o.t.Context(), id)
	require.NoError(o.t, err)
	return found
}

// reaches waits until an import has reached a stage.
func (o office) reaches(id string, stage intake.Stage) intake.Import {
	o.t.Helper()
	require.Eventually(o.t, func() bool { return o.find(id).Stage == stage }, patience, tick)
	return o.find(id)
}

// lines returns the lines of an import.
func (o office) lines(id string) []intake.Line {
	o.t.Helper()
	lines, err := o.imports.Lines(o.t.Context(), id, "", intake.MaxLines)
	require.NoError(o.t, err)
	return lines
}

// told returns the state of each line, with what is said about it.
func told(lines []intake.Line) (told []string) {
	for _, line := range lines {
		told = append(told, strings.TrimSuffix(string(line.State)+": "+line.Why, ": "))
	}
	return told
}

// events returns the number of events of a type.
func (o office) events(of dcb.Fact) (n int) {
	o.t.Helper()
	for _, err := range o.log.Read(o.t.Context(), dcb.NewQuery(nil, of.EventType()), dcb.ReadOptions{}) {
		require.NoError(o.t, err)
		n++
	}
	return n
}
