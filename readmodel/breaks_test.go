package readmodel_test

import (
	"context"
	"iter"
	"log/slog"
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

	// Each calls look with a term of which the n-th thing that is read can't be, and tells
	// whether it came to that.
	terms := map[string]func(n int, ask func(context.Context, *Term) error) (broke bool, err error){
		"now": func(n int, ask func(context.Context, *Term) error) (bool, error) {
			ctx, broke := breaksAt(t.Context(), n)
			err := New(pool).View(ctx, func(term *Term) error { return ask(ctx, term) })
			return broke(), err
		},
		"then": func(n int, ask func(context.Context, *Term) error) (bool, error) {
			log := &breakingLog{PastLog: b.log, left: n}
			term, err := AsOf(t.Context(), log, head)
			if err == nil {
				err = ask(t.Context(), term)
			}
			return log.left < 0, err
		},
	}
	asks := map[string]func(context.Context, *Term) error{
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
				for n := 0; ; n++ {
					broke, err := look(n, ask)
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
	model := New(breaking(t, b.url))
	for statement := 0; ; statement++ {
		_, err := b.pool.Exec(t.Context(), `delete from read_generation where not serving`) // the same statements each time
		require.NoError(t, err)
		ctx, broke := breaksAt(t.Context(), statement)
		var said lines
		err = model.Rebuild(ctx, b.log, slog.New(slog.NewTextHandler(&said, nil)), silent)
		require.True(t, broke(), "statement %d", statement)
		require.Equal(t, want, b.tables(), "statement %d", statement)
		serving, _ := b.generation()
		if serving == 2 {
			require.NoError(t, err, "it serves, and all that failed was to clear away")
			require.Contains(t, said.String(), "the tables that were replaced are still there")
			return
		}
		require.Equal(t, 1, serving)
		require.ErrorIs(t, err, context.Canceled, "statement %d", statement)
	}
}

// breaking returns a pool for a database, of whose statements some fail: see [breaksAt].
func breaking(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.ConnConfig.Tracer = breaks{}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// breaksAt returns a context in which one statement fails before it is sent, the first, the
// second and so on, counted from 0; and what tells whether it came to that.
func breaksAt(ctx context.Context, statement int) (_ context.Context, broke func() bool) {
	left := statement
	return context.WithValue(ctx, breaks{}, &left), func() bool { return left < 0 }
}

// breaks follows the statements of a connection, and is the key of how many of them a
// context has left.
type breaks struct{}

func (breaks) next(ctx context.Context) context.Context {
	left, counted := ctx.Value(breaks{}).(*int)
	if !counted {
		return ctx
	}
	if *left--; *left != -1 {
		return ctx
	}
	broken, cancel := context.WithCancel(ctx)
	cancel()
	return broken
}

func (b breaks) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return b.next(ctx)
}

func (b breaks) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return b.next(ctx)
}

func (breaks) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)     {}
func (breaks) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (breaks) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}
