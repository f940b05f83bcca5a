package readmodel_test

import (
	"context"
	"iter"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// everyQuestion has each question once.
var everyQuestion = map[string]func(*Questions){
	"a course":        func(q *Questions) { q.Course(new(Course), "algebra") },
	"a student":       func(q *Questions) { q.Student(new(Student), "ada") },
	"courses":         func(q *Questions) { q.Courses(new(Page[Course]), "a", Cursor{}, 9) },
	"courses by name": func(q *Questions) { q.CoursesByName(new(Page[Course]), "a", Cursor{}, 9) },
	"students":        func(q *Questions) { q.Students(new(Page[Student]), "a", Cursor{}, 9) },
	"without a place": func(q *Questions) { q.StudentsWithoutPlace(new([]Student), "algebra", "a", 9) },
	"seats":           func(q *Questions) { q.Seats(new(Page[Member]), "algebra", Cursor{}, 9) },
	"waitlist":        func(q *Questions) { q.Waitlist(new(Page[Member]), "algebra", Cursor{}, 9) },
	"places":          func(q *Questions) { q.PlacesOf(new([]Place), "kofi") },
	"renamed":         func(q *Questions) { q.Renamed(new(dcb.Tags), dcb.Tags{"course_id:algebra"}, 1) },
	"names": func(q *Questions) {
		q.Names(new(Names), dcb.Tags{courses.CourseID("algebra").Tag(), courses.StudentID("ada").Tag()})
	},
}

func questionsOf(ask func(*Questions)) *Questions {
	questions := new(Questions)
	ask(questions)
	return questions
}

// If a part of an answer can't be read, the answer is an error: pages never show the other
// parts as if they were all.
func TestWhatCannotBeReadIsAnErrorAndNotLeftOut(t *testing.T) {
	t.Parallel()
	b := newBench(t,
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9},
		courses.StudentRegistered{Student: "ada", Name: "Ada"},
		courses.StudentRegistered{Student: "kofi", Name: "Kofi"},
		takes("ada", "algebra"), waits("kofi", "algebra"))
	head := b.projected().Position
	pool := breaking(t, b.url)

	for what, ask := range everyQuestion {
		t.Run(what+" now", func(t *testing.T) {
			t.Parallel()
			var breaks breakage
			for {
				ctx := breaks.again(t.Context())
				term, err := askedOf(ctx, New(pool))
				if err == nil {
					err = term.ask(ctx, questionsOf(ask))
				}
				if !breaks.broke {
					require.NoError(t, err)
					require.Len(t, breaks.broken, 2, "a trip without a question, and one with it")
					return
				}
				require.ErrorIs(t, err, context.Canceled, "%s", breaks.last)
			}
		})
		t.Run(what+" then", func(t *testing.T) {
			t.Parallel()
			for reads := 0; ; reads++ {
				log := &breakingLog{PastLog: b.log, left: reads}
				term, err := asOf(t.Context(), log, head)
				if err == nil {
					err = term.ask(t.Context(), questionsOf(ask))
				}
				if log.left >= 0 {
					require.NoError(t, err)
					require.GreaterOrEqual(t, reads, 3, "the head, the append, the question")
					return
				}
				require.ErrorIs(t, err, context.Canceled, "after %d reads", reads)
			}
		})
	}
}

// A breakingLog fails once, when nothing is left of its successful reads.
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

// breaking returns a pool some of whose statements fail: see [breakage].
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

// A breakage makes one statement fail before it is sent: each time the first statement that
// has not failed before.
type breakage struct {
	broken map[string]bool
	broke  bool // this time
	last   string
}

// again returns a context in which the next statement fails.
func (b *breakage) again(ctx context.Context) context.Context {
	if b.broken == nil {
		b.broken = map[string]bool{}
	}
	b.broke = false
	return context.WithValue(ctx, tracer{}, b)
}

// A tracer watches the statements of connections, and is the key of a context's breakage.
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
