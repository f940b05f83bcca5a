package readmodel_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// working runs a projector whose log a test can read.
func (b *bench) working(log *dcb.Store) (said *lines, end func()) {
	b.t.Helper()
	said = &lines{}
	ctx, cancel := context.WithCancel(b.t.Context())
	var projecting sync.WaitGroup
	projecting.Go(func() { b.model.Project(ctx, log, slog.New(slog.NewTextHandler(said, nil))) })
	end = func() {
		cancel()
		projecting.Wait()
	}
	b.t.Cleanup(end)
	return said, end
}

func (b *bench) untilSaid(said *lines, what string, times int) {
	b.t.Helper()
	require.Eventually(b.t, func() bool { return strings.Count(said.String(), what) >= times }, aWhile, interval, what)
}

// Pages leave out what they can't make sense of. The operator is told so, and so is who
// looks at what it is about.
func TestWhatCannotBeDecodedIsSaidToBeLeftOut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	algebra, ada := courses.CourseID("algebra").Tag(), courses.StudentID("ada").Tag()
	said, end := b.working(b.log)
	b.append(
		encoded(courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9}),
		dcb.NewInputEvent("CourseRenamed", dcb.Tags{algebra}, []byte(`{"new_title":7}`)))
	b.catchUp()
	b.append(dcb.NewInputEvent("StudentSubscribedToCourse", dcb.Tags{algebra, ada}, []byte(`[]`)))
	b.catchUp()
	end()
	b.requireUnread(map[dcb.Tag]Unread{algebra: {"CourseRenamed", 2}, ada: {"StudentSubscribedToCourse", 3}})
	require.NoError(t, b.model.Rebuild(t.Context(), b.log, slog.New(slog.NewTextHandler(said, nil)), silent))
	b.requireUnread(map[dcb.Tag]Unread{algebra: {"CourseRenamed", 2}, ada: {"StudentSubscribedToCourse", 3}})
	for _, told := range []string{`events=1 first="position 2: `, `events=1 first="position 3: `, `events=2 first="position 2: `} {
		require.Equal(t, 1, strings.Count(said.String(), `level=ERROR msg="pages leave out events that can't be read" `+told), said.String())
	}
	then, err := asOf(t.Context(), b.log, 3)
	require.NoError(t, err)
	_, there, err := then.Unread(t.Context(), algebra)
	require.NoError(t, err)
	require.False(t, there, "nothing is decided as of then")
}

// requireUnread requires that these are the first events with their tags that can't be read.
func (b *bench) requireUnread(want map[dcb.Tag]Unread) {
	b.t.Helper()
	b.view(func(term *asked) error {
		for tag, event := range want {
			unread, there, err := term.Unread(b.t.Context(), tag)
			require.NoError(b.t, err)
			require.True(b.t, there)
			require.Equal(b.t, event, unread, "%s", tag)
		}
		unread, there, err := term.Unread(b.t.Context(), courses.CourseID("logic").Tag())
		require.NoError(b.t, err)
		require.False(b.t, there)
		require.Zero(b.t, unread)
		return nil
	})
}

// An idle projector has nothing to write. It notices when it says that it is there.
func TestAnIdleProjectorThatLostItsTurnStandsBy(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	said, _ := b.working(b.log)
	b.catchUp()
	b.exec(`update dcb_consumer set holder = 'another one', until = clock_timestamp() + interval '1 hour'`)
	b.untilSaid(said, "another process follows the log now", 1)
	require.Equal(t, 1, strings.Count(said.String(), `msg="following the log" consumer=readmodel`))
	b.turnRunsOut()
	b.happen(courses.CourseRenamed{Course: "algebra", NewTitle: "Linear Algebra"})
	b.catchUp()
	require.Equal(t, 2, strings.Count(said.String(), `msg="following the log" consumer=readmodel`))
}

// Whoever reads the log of one database makes nothing of it in another one.
func TestAProjectorOfAnotherLogLeavesTheTablesAlone(t *testing.T) {
	t.Parallel()
	b, other := newBench(t), newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	said, end := b.working(other.log)
	other.catchUp()
	end()
	require.NotContains(t, said.String(), "level=WARN")
	require.Equal(t, picture{}, b.tables())
	require.Equal(t, other.folded(), other.tables())
}

func TestAProjectorSaysWhyItCannotBegin(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.pool.Close()
	said, _ := b.working(b.log)
	b.untilSaid(said, `msg="the consumer starts again" consumer=readmodel error="closed pool"`, 1)
}

// The generation that serves and the consumer are in one place. If somebody puts one of them
// back, the tables count.
func TestAProjectorGoesOnFromWhereTheTablesEnd(t *testing.T) {
	t.Parallel()
	for name, apart := range map[string]string{
		"the consumer is behind":       `update dcb_consumer set position = 0, event_id = null, recorded_at = null`,
		"nobody has run the consumer":  `delete from dcb_consumer`,
		"the consumer is in front":     `update read_generation set position = 1, event_id = (select id from dcb_event where position = 1), recorded_at = (select recorded_at from dcb_event where position = 1); delete from read_student`,
		"the consumer is elsewhere":    `update dcb_consumer set event_id = gen_random_uuid()`,
		"an older version has gone on": `update dcb_consumer set position = 1, event_id = (select id from dcb_event where position = 1), recorded_at = (select recorded_at from dcb_event where position = 1)`,
	} {
		for _, running := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, running %t", name, running), func(t *testing.T) {
				t.Parallel()
				b := newBench(t)
				b.happen(courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
				b.happen(courses.StudentRegistered{Student: "ada", Name: "Ada"})
				if running {
					b.project()
					b.catchUp()
				} else {
					b.projected()
				}
				b.exec(apart)
				b.happen(courses.CourseRenamed{Course: "algebra", NewTitle: "Linear Algebra"})
				if !running {
					b.project()
				}
				b.catchUp()
				require.Equal(t, b.folded(), b.tables())
				b.requireTogether()
			})
		}
	}
}

// requireTogether requires that the consumer is where the tables end.
func (b *bench) requireTogether() {
	b.t.Helper()
	const asks = `select c.position = g.position and c.event_id = g.event_id and c.recorded_at = g.recorded_at
		from dcb_consumer as c, read_generation as g where c.name = 'readmodel' and g.serving`
	var together bool
	require.NoError(b.t, b.pool.QueryRow(b.t.Context(), asks).Scan(&together))
	require.True(b.t, together)
}
