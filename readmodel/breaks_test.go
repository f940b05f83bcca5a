package readmodel_test

import (
	"context"
	"iter"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// Whatever is asked of a term, a part of it that can't be read makes it an error: nobody is
// shown the rest as if it were all.
func TestWhatCannotBeReadIsAnErrorAndNotLeftOut(t *testing.T) {
	t.Parallel()
	b := newBench(t,
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9},
		courses.StudentRegistered{Student: "ada", Name: "Ada"},
		courses.StudentRegistered{Student: "kofi", Name: "Kofi"},
		takes("ada", "algebra"), waits("kofi", "algebra"))
	head := b.projected().Position
	pool := breaking(t, b.url)

	// Each asks a term of which one thing can't be read, another one each time, and tells
	// whether it came to that.
	type asking = func(context.Context, *Term) error
	terms := map[string]func() func(asking) (broke bool, err error){
		"now": func() func(asking) (bool, error) {
			breaks := &breakage{}
			return func(ask asking) (bool, error) {
				ctx := breaks.again(t.Context())
				err := New(pool).View(ctx, func(term *Term) error { return ask(ctx, term) })
				return breaks.broke, err
			}
		},
		"then": func() func(asking) (bool, error) {
			n := -1
			return func(ask asking) (bool, error) {
				n++
				log := &breakingLog{PastLog: b.log, left: n}
				term, err := AsOf(t.Context(), log, head)
				if err == nil {
					err = ask(t.Context(), term)
				}
				return log.left < 0, err
			}
		},
	}
	asks := map[string]asking{
		"a course":  func(ctx context.Context, term *Term) error { _, _, err := term.Course(ctx, "algebra"); return err },
		"a student": func(ctx context.Context, term *Term) error { _, _, err := term.Student(ctx, "ada"); return err },
		"courses":   func(ctx context.Context, term *Term) error { _, err := term.Courses(ctx, "a", Cursor{}, 9); return err },
		"students": func(ctx context.Context, term *Term) error {
			_, err := term.Students(ctx, "a", Cursor{}, 9)
			return err
		},
		"without a place": func(ctx context.Context, term *Term) error {
			_, err := term.StudentsWithoutPlace(ctx, "algebra", "a", 9)
			return err
		},
		"seats": func(ctx context.Context, term *Term) error {
			_, err := term.Seats(ctx, "algebra", Cursor{}, 9)
			return err
		},
		"waitlist": func(ctx context.Context, term *Term) error {
			_, err := term.Waitlist(ctx, "algebra", Cursor{}, 9)
			return err
		},
		"places": func(ctx context.Context, term *Term) error { _, err := term.PlacesOf(ctx, "kofi"); return err },
		"names": func(ctx context.Context, term *Term) error {
			_, err := term.Names(ctx, dcb.Tags{courses.CourseID("algebra").Tag(), courses.StudentID("ada").Tag()})
			return err
		},
	}
	for moment, look := range terms {
		for what, ask := range asks {
			t.Run(what+" "+moment, func(t *testing.T) {
				t.Parallel()
				again := look()
				for n := 0; ; n++ {
					broke, err := again(ask)
					if !broke {
						require.NoError(t, err)
						require.GreaterOrEqual(t, n, 3)
						return
					}
					require.ErrorIs(t, err, context.Canceled, "what is read as number %d", n)
				}
			})
		}
	}
}

// A breakingLog can't be read once, after so many times.
type breakingLog struct {
	PastLog
	left int
}

func (l *breakingLog) breaks() error {
	if l.left--; l.left == -1 {
		return context.Canceled
	}
	return nil
}

func (l *breakingLog) Head(ctx context.Context) (dcb.Checkpoint, error) {
	if err := l.breaks(); err != nil {
		return dcb.Checkpoint{}, err
	}
	return l.PastLog.Head(ctx)
}

func (l *breakingLog) AppendOf(ctx context.Context, position int64) (int64, dcb.Checkpoint, error) {
	if err := l.breaks(); err != nil {
		return 0, dcb.Checkpoint{}, err
	}
	return l.PastLog.AppendOf(ctx, position)
}

func (l *breakingLog) Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error] {
	if err := l.breaks(); err != nil {
		return func(yield func(dcb.Event, error) bool) { yield(dcb.Event{}, err) }
	}
	return l.PastLog.Read(ctx, query, options)
}

// A rebuild that fails, wherever that is, says so, and pages show what they did before.
func TestARebuildThatFailsAtAnyStatementChangesNothingThatPagesShow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.append(anything(chance(t), 60)...)
	want := b.projected()
	model, breaks := New(breaking(t, b.url)), &breakage{}
	for {
		err := model.Rebuild(breaks.again(t.Context()), b.log, logger(t), silent)
		require.Equal(t, want, b.tables())
		serving, _ := b.generation()
		if !breaks.broke {
			require.NoError(t, err)
			require.Equal(t, 2, serving)
			require.Greater(t, len(breaks.broken), 15)
			return
		}
		require.ErrorIs(t, err, context.Canceled, "%s", breaks.last)
		require.Equal(t, 1, serving, "%s", breaks.last)
	}
}

// The same is true of what goes wrong outside of the rebuild, when it begins to fill the new
// generation, or when that is filled and about to serve.
func TestARebuildThatIsDisturbedChangesNothingThatPagesShow(t *testing.T) {
	t.Parallel()
	closes := func(b *bench) { b.log.Close() }
	more := courses.CourseRenamed{Course: "algebra", NewTitle: "Linear Algebra"}
	for name, test := range map[string]struct {
		filled   bool // or it begins to fill
		disturbs func(b *bench)
		want     string // the error
	}{
		"by the end of the log, at the begin": {false, closes, "the event store is closed, or its log is another one"},
		"by the end of the log, at the end": {true, func(b *bench) {
			b.happen(more) // which the new generation has to take in
			b.catchUp()
			b.log.Close()
		}, "let the new generation serve: the event store is closed, or its log is another one"},
		"by who changes a table": {true, func(b *bench) {
			b.happen(more)
			b.catchUp()
			b.exec(`alter table read_course rename column capacity to seats`)
		}, `let the new generation serve: load what changes: ERROR: column "capacity" does not exist (SQLSTATE 42703)`},
		"by who clears away the new generation": {true, func(b *bench) {
			b.exec(`delete from read_generation where not serving`)
		}, "let the new generation serve: somebody else has gone on from this checkpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
			end := b.project()
			b.catchUp()
			disturbed := false
			err := b.rebuild(func(done, total int64) {
				if !disturbed && test.filled == (done == total) {
					disturbed = true
					test.disturbs(b)
				}
			})
			end()
			require.EqualError(t, err, test.want)
			serving, _ := b.generation()
			require.Equal(t, 1, serving)
		})
	}
	b := newBench(t)
	b.pool.Close()
	require.Error(t, b.rebuild(silent), "there is no connection")
}

func (b *bench) exec(sql string) {
	b.t.Helper()
	_, err := b.pool.Exec(b.t.Context(), sql)
	require.NoError(b.t, err)
}

func TestARebuildThatCannotClearAwayServesAllTheSame(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	b.projected()
	var said lines
	logger := slog.New(slog.NewTextHandler(&said, nil))
	require.NoError(t, b.model.Rebuild(t.Context(), b.log, logger, func(done, total int64) {
		if done == total {
			_, err := b.pool.Exec(t.Context(), `alter table read_unread rename to elsewhere`)
			require.NoError(t, err)
		}
	}))
	require.Contains(t, said.String(), "the tables that were replaced are still there")
	serving, _ := b.generation()
	require.Equal(t, 2, serving)
}

// breaking returns a pool for a database, of whose statements some fail: see [breakage].
func breaking(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.ConnConfig.Tracer = tracer{}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// A breakage lets one statement fail before it is sent: each time the first one that has
// not failed before.
type breakage struct {
	broken map[string]bool
	broke  bool // this time
	last   string
}

// again returns the context of the next time.
func (b *breakage) again(ctx context.Context) context.Context {
	if b.broken == nil {
		b.broken = map[string]bool{}
	}
	b.broke = false
	return context.WithValue(ctx, tracer{}, b)
}

// A tracer looks after the statements of connections, and is the key of a context's breakage.
type tracer struct{}

func (tracer) next(ctx context.Context, statement string) context.Context {
	b, breaks := ctx.Value(tracer{}).(*breakage)
	if !breaks || b.broke || b.broken[statement] {
		return ctx
	}
	b.broken[statement], b.broke, b.last = true, true, statement
	broken, cancel := context.WithCancel(ctx)
	cancel()
	return broken
}

func (t tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, query pgx.TraceQueryStartData) context.Context {
	return t.next(ctx, query.SQL)
}

func (t tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, batch pgx.TraceBatchStartData) context.Context {
	var all strings.Builder
	for _, query := range batch.Batch.QueuedQueries {
		all.WriteString(query.SQL)
	}
	return t.next(ctx, all.String())
}

func (tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)     {}
func (tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (tracer) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}
