package readmodel_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
	. "go-crablet/readmodel"
)

// anything returns n events about few courses and students, in no order that makes
// sense: of every fact there is, of types that are unknown, and of data that says
// nothing. Some are about what was never defined, and some make what is of a race.
func anything(random *rand.Rand, n int) []dcb.InputEvent {
	events := make([]dcb.InputEvent, n)
	for i := range events {
		course := courses.CourseID([]string{"algebra", "logic", "sets", "knots", "race-" + aRace + "-course-1", "nowhere"}[random.IntN(6)])
		student := courses.StudentID([]string{"ada", "kofi", "noor", "mei", "ivo", "race-" + aRace + "-student-1", "nobody"}[random.IntN(7)])
		if course == "nowhere" && random.IntN(50) > 0 || student == "nobody" && random.IntN(50) > 0 {
			course, student = "algebra", "ada"
		}
		fact := dcb.Fact(nil)
		switch random.IntN(16) {
		case 0:
			fact = courses.CourseDefined{Course: course, Title: strings.Repeat("x", 1+random.IntN(9)), Capacity: random.IntN(9)}
		case 1:
			fact = courses.CourseRenamed{Course: course, NewTitle: strings.Repeat("y", 1+random.IntN(9))}
		case 2:
			fact = courses.CourseCapacityChanged{Course: course, NewCapacity: random.IntN(9)}
		case 3:
			fact = courses.CourseArchived{Course: course}
		case 4:
			fact = courses.StudentRegistered{Student: student, Name: sealed.Text(strings.Repeat("z", 1+random.IntN(9)))}
		case 5:
			fact = courses.StudentRenamed{Student: student, NewName: sealed.Text(strings.Repeat("w", 1+random.IntN(9)))}
		case 6, 7, 8:
			fact = courses.StudentSubscribedToCourse{Student: student, Course: course}
		case 9, 10:
			fact = courses.StudentUnsubscribedFromCourse{Student: student, Course: course}
		case 11, 12:
			fact = courses.StudentJoinedWaitlist{Student: student, Course: course}
		case 13:
			fact = courses.StudentLeftWaitlist{Student: student, Course: course}
		case 14:
			events[i] = dcb.NewInputEvent("CoursePainted", dcb.Tags{course.Tag()}, []byte(`["red"]`))
			continue
		case 15:
			events[i] = dcb.NewInputEvent("CourseDefined", dcb.Tags{course.Tag()}, []byte(`{"capacity":"many"}`))
			continue
		}
		events[i] = encoded(fact)
		if random.IntN(8) == 0 {
			events[i].Tags = append(events[i].Tags, courses.RaceID(aRace).Tag())
		}
	}
	return events
}

func encoded(fact dcb.Fact) dcb.InputEvent {
	events, err := dcb.Encode(dcb.Facts(fact))
	if err != nil {
		panic(err)
	}
	return events[0]
}

// aRace is the id of a race.
const aRace = "abcdefgh27"

// anyone returns a correlation ID: that of the race, of another one, or none.
func anyone(random *rand.Rand) string {
	return []string{"", "race-" + aRace, "race-zyxwvutsrq"}[random.IntN(3)]
}

// chance returns a source of chance, and tells how to have the same again.
func chance(t testing.TB) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func TestTheTablesAreWhatTheLogSays(t *testing.T) {
	t.Parallel()
	random := chance(t)
	b := newBench(t)
	b.project()
	for range 60 {
		b.appendAs(anyone(random), anything(random, 1+random.IntN(60))...)
		if random.IntN(4) == 0 {
			b.catchUp()
		}
	}
	b.catchUp()
	require.Equal(t, b.folded(), b.tables())
}

// An append may be larger than a page of the log.
func TestTheTablesNeverStandInsideAnAppend(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.pool.Exec(t.Context(), `
		create table stood (at bigint);
		create function note() returns trigger language plpgsql as 'begin insert into stood values (new.position); return new; end';
		create trigger note after update of position on read_generation for each row execute function note()`)
	require.NoError(t, err)
	ends := map[int64]bool{}
	for range 3 {
		ends[b.append(anything(chance(t), 1500)...)] = true
		ends[b.append(anything(chance(t), 1)...)] = true
	}
	b.projected()
	require.NoError(t, b.rebuild(func(int64, int64) {}))
	rows, _ := b.pool.Query(t.Context(), `select at from stood`)
	stood, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	require.NoError(t, err)
	require.NotEmpty(t, stood)
	for _, at := range stood {
		require.True(t, ends[at], "the tables stood at %d, inside an append", at)
	}
}

// Whoever may append to the log may append what no rule would let through. It must
// not keep the tables from following.
func TestNothingInTheLogStopsTheProjector(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.project()
	long := strings.Repeat("ü", 5000)
	for _, event := range []struct{ kind, data string }{
		{"CourseDefined", `{"course_id":"nul","title":"a\u0000b","capacity":2}`},
		{"CourseDefined", `{"course_id":"long","title":"` + long + `","capacity":9223372036854775807}`},
		{"CourseDefined", `{"course_id":"` + long + `","title":"X","capacity":2}`},
		{"CourseDefined", `{"course_id":"a\u0000b","title":"X","capacity":2}`},
		{"CourseDefined", `{"course_id":"","title":"X","capacity":-1}`},
		{"CourseDefined", `{"course_id":"huge","title":"X","capacity":1e300}`},
		{"CourseDefined", `{"course_id":"older","name":"As it was stored before","max_students":7}`},
		{"CourseDefined", `"algebra"`},
		{"CourseDefined", `null`},
		{"CourseRenamed", `{"course_id":"nowhere","new_title":"X"}`},
		{"StudentRegistered", `{"student_id":"ada","name":"\ud800","unknown":[1,2]}`},
		{"StudentRegistered", `{"student_id":"../ada","name":"X"}`},
		{"StudentSubscribedToCourse", `{"student_id":"ada","course_id":"` + long + `"}`},
		{"StudentSubscribedToCourse", `{"student_id":"ada","course_id":"nul"}`},
		{"StudentSubscribedToCourse", `{"student_id":"ada","course_id":"nul"}`},
		{"StudentSubscribedToCourse", `{"student_id":"nobody","course_id":"nul"}`},
		{"StudentUnsubscribedFromCourse", `{"student_id":"nobody","course_id":"nul"}`},
		{"\t", `{}`},
	} {
		b.append(dcb.NewInputEvent(event.kind, nil, []byte(event.data)))
	}
	b.catchUp()
	require.Equal(t, picture{
		Position: 18,
		Courses: []Course{
			{ID: "nul", Title: "a\ufffdb", Capacity: 2, SeatsTaken: 1, DefinedAt: 1, ChangedAt: 14, Listed: true},
			{ID: "long", Title: strings.Repeat("ü", 100), Capacity: 1<<63 - 1, DefinedAt: 2, ChangedAt: 2, Listed: true},
			{ID: "older", Title: "As it was stored before", Capacity: 7, DefinedAt: 7, ChangedAt: 7, Listed: true},
		},
		Students: []Student{{ID: "ada", Name: "\ufffd", CoursesTaken: 1, RegisteredAt: 11, ChangedAt: 14, Listed: true}},
		Places:   []heldPlace{{"ada", "nul", false, 14}},
	}, b.tables())
}

// It tries again once a second, and would fill the operator's log if it said so each time.
func TestAProjectorTellsTheLogEachNewCauseOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var log lines
	ctx, cancel := context.WithCancel(t.Context())
	var projecting sync.WaitGroup
	projecting.Go(func() { b.model.Project(ctx, b.log, slog.New(slog.NewTextHandler(&log, nil))) })
	defer projecting.Wait()
	defer cancel()
	b.catchUp()
	tell := func(breaks, cause string) {
		_, err := b.pool.Exec(t.Context(), breaks)
		require.NoError(t, err)
		b.append(anything(chance(t), 50)...)
		require.Eventually(t, func() bool { return strings.Contains(log.String(), cause) }, aWhile, interval, cause)
	}
	tell(`alter table read_course rename to elsewhere`, `relation \"read_course\" does not exist`)
	tell(`alter table elsewhere rename to read_course; alter table read_place rename to away`, `relation \"read_place\" does not exist`)
	tries := b.tries(t)
	require.Eventually(t, func() bool { return b.tries(t) > tries+2 }, aWhile, interval, "it tries again")
	require.Equal(t, 1, strings.Count(log.String(), "read_course"))
	require.Equal(t, 1, strings.Count(log.String(), "read_place"))
	_, err := b.pool.Exec(t.Context(), `alter table away rename to read_place`)
	require.NoError(t, err)
	b.catchUp()
}

// tries returns how often a projector has tried to move the checkpoint and failed.
func (b *bench) tries(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, b.pool.QueryRow(t.Context(), `select xact_rollback from pg_stat_database where datname = current_database()`).Scan(&n))
	return n
}

// lines are what a logger wrote.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (w *lines) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(line)
}

func (w *lines) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// An outage of the database is waited out, however long it takes.
func TestAProjectorGoesOnAfterAnOutage(t *testing.T) {
	t.Parallel()
	server := pgtest.Server(t)
	b := openBench(t, server.URL("postgres"), courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1})
	b.project()
	b.catchUp()
	for i := range 3 {
		pid, ok := server.PID()
		require.True(t, ok)
		process, err := os.FindProcess(pid)
		require.NoError(t, err)
		require.NoError(t, process.Kill())
		require.Eventually(t, func() bool {
			again, ok := server.PID()
			return ok && again != pid && b.pool.Ping(t.Context()) == nil
		}, aWhile, interval, "it starts again")
		b.happen(courses.CourseRenamed{Course: "algebra", NewTitle: strings.Repeat("x", i+1)})
		b.catchUp()
	}
	require.Equal(t, b.folded(), b.tables())
}
