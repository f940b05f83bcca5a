package readmodel_test

import (
	"bufio"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	. "go-crablet/readmodel"
)

func (b *bench) rebuild(progress func(done, total int64)) error {
	return b.model.Rebuild(b.t.Context(), b.log, logger(b.t), progress)
}

func silent(int64, int64) {}

// generation returns the generation that serves, and the number of rows of other ones.
func (b *bench) generation() (serving, others int) {
	b.t.Helper()
	const asks = `select max(generation) filter (where serving), (select count(*) from (
			select generation from read_course union all select generation from read_student union all
			select generation from read_place union all select generation from read_generation
		) as r where generation not in (select generation from read_generation where serving)) from read_generation`
	require.NoError(b.t, b.pool.QueryRow(b.t.Context(), asks).Scan(&serving, &others))
	return serving, others
}

func TestARebuildMakesTheTablesAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.appendInTurn(anything(chance(t), 3000))
	want := b.projected()
	for _, wrong := range []string{
		`update read_course set title = 'wrong', seats_taken = 99, folded = 'wrong'`,
		`delete from read_place where not waiting`,
		`insert into read_student select generation, 'ghost', 'Ghost', 'ghost', 0, 999999, 0, true, '', false from read_generation`,
	} {
		b.exec(wrong)
	}
	var told [][2]int64
	require.NoError(t, b.rebuild(func(done, total int64) { told = append(told, [2]int64{done, total}) }))
	require.Equal(t, want, b.tables())
	b.requireTogether()
	require.Equal(t, [][2]int64{{0, 3000}, {1000, 3000}, {2000, 3000}, {3000, 3000}}, told)
	serving, others := b.generation()
	require.Equal(t, 2, serving)
	require.Zero(t, others, "nothing is left of the old one")
}

func TestARebuildOfAnEmptyLogIsDoneAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	require.NoError(t, b.rebuild(silent))
	require.Equal(t, picture{}, b.tables())
}

// Under load, with a projector at work, pages never go back in time, and never show a part of an
// append.
func TestPagesAreServedAllThroughARebuild(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	b := newBench(t)
	b.appendInTurn(anything(chance(t), 5000))
	b.project()
	b.catchUp()
	stop := b.busy()

	ctx, cancel := context.WithCancel(t.Context())
	var looking sync.WaitGroup
	looks := 0
	looking.Go(func() {
		last := int64(0)
		for ctx.Err() == nil {
			looks++
			var ask Questions
			var all Page[Course]
			var seats []Page[Member]
			ask.Courses(&all, "", Cursor{}, 100)
			ask.Then(func() {
				seats = make([]Page[Member], len(all.Rows))
				for i, course := range all.Rows {
					ask.Seats(&seats[i], course.ID, Cursor{}, 100)
				}
			})
			term, err := b.model.Ask(ctx, &ask)
			if ctx.Err() != nil {
				return
			}
			assert.NoError(t, err)
			assert.GreaterOrEqual(t, term.Position, last)
			last = term.Position
			assert.NotEmpty(t, all.Rows) // how many are of races, and so not listed, is up to chance
			for i, course := range all.Rows {
				assert.Len(t, seats[i].Rows, course.SeatsTaken, "%s at %d", course.ID, term.Position)
			}
		}
	})
	for range 3 {
		require.NoError(t, b.rebuild(silent))
	}
	cancel()
	looking.Wait()
	require.Greater(t, looks, 3)
	stop()
	b.catchUp()
	require.Equal(t, b.folded(), b.tables(), "the projector goes on with the new generation")
	serving, others := b.generation()
	require.Equal(t, 4, serving)
	require.Zero(t, others)
}

// holdSwap keeps rebuilds from letting their generation serve, until they are released.
func (b *bench) holdSwap() (release func()) {
	b.t.Helper()
	tx, err := b.pool.Begin(b.t.Context())
	require.NoError(b.t, err)
	b.t.Cleanup(func() { _ = tx.Rollback(context.Background()) }) // else a test that fails meanwhile never ends
	_, err = tx.Exec(b.t.Context(), `select from read_generation where serving for update`)
	require.NoError(b.t, err)
	return func() {
		b.t.Helper()
		require.NoError(b.t, tx.Rollback(b.t.Context()))
	}
}

func TestARebuildThatIsKilledLeavesTheOldTablesServing(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	b := newBench(t)
	b.appendInTurn(anything(chance(t), 9000))
	want := b.projected()
	for killedAt := range 9 {
		release := b.holdSwap() // or the rebuild may be done before it is killed
		p := b.rebuilding()
		p.until(int64(killedAt) * 1000)
		p.kill()
		release()
		b.untilGone(p.process)
		b.leaseRunsOut("rebuild")
		require.Equal(t, want, b.tables())
		serving, _ := b.generation()
		require.Equal(t, 1, serving)
	}
	b.happen(courses.CourseRenamed{Course: "algebra", NewTitle: "Linear Algebra"})
	require.NoError(t, b.rebuild(silent), "the rows of the killed rebuilds do not matter")
	require.Equal(t, b.folded(), b.tables())
	_, others := b.generation()
	require.Zero(t, others)
}

func TestTwoRebuildsDoNotGetIntoEachOthersWay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.appendInTurn(anything(chance(t), 3000))
	refused := false
	require.NoError(t, b.rebuild(func(done, _ int64) {
		if done == 2000 {
			require.ErrorIs(t, b.rebuild(silent), ErrRebuilding)
			refused = true
		}
	}))
	require.True(t, refused)
	require.Equal(t, b.folded(), b.tables())
}

// Events that are appended while the new generation is filled are in it when it serves.
func TestARebuildAppliesWhatHappensMeanwhile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.appendInTurn(anything(chance(t), 2000))
	b.project()
	grown := false
	require.NoError(t, b.rebuild(func(done, total int64) {
		if done == total && !grown {
			grown = true
			b.append(anything(chance(t), 500)...)
			b.catchUp() // the old tables show it: so must the new ones
		}
	}))
	require.True(t, grown)
	require.GreaterOrEqual(t, b.tables().Position, int64(2500))
	b.catchUp()
	require.Equal(t, b.folded(), b.tables())
}

// A rebuilding is a process that rebuilds.
type rebuilding struct {
	*process
	lines *bufio.Scanner
}

func (b *bench) rebuilding() rebuilding {
	b.t.Helper()
	p := b.prepare("rebuild")
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(b.t, err)
	p.run()
	return rebuilding{p, bufio.NewScanner(stdout)}
}

// until waits until this number of events is done.
func (r rebuilding) until(events int64) {
	r.t.Helper()
	for done, total := int64(-1), int64(0); done < events; {
		require.True(r.t, r.lines.Scan(), "it ended early")
		_, err := fmt.Sscan(r.lines.Text(), &done, &total)
		require.NoError(r.t, err)
	}
	time.Sleep(time.Millisecond) // into the middle of the next step
}
