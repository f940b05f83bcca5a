package readmodel_test

import (
	"context"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/effort"
)

// busy appends anything until the returned function ends it. It pauses a little after each
// append: a log that grows is enough, and the cores have other tests to serve.
func (b *bench) busy() (end func()) {
	ctx, cancel := context.WithCancel(b.t.Context())
	random := chance(b.t)
	var writing sync.WaitGroup
	writing.Go(func() {
		for pause := time.NewTicker(5 * time.Millisecond); ctx.Err() == nil; <-pause.C {
			ctx := dcb.WithCorrelationID(b.t.Context(), anyone(random))
			_, err := b.log.AppendEvents(ctx, anything(random, 1+random.IntN(8)), dcb.Query{}, 0)
			assert.NoError(b.t, err)
		}
	})
	return func() {
		cancel()
		writing.Wait()
	}
}

// While the log grows, the projector is killed 40 times at random moments, in a usual run 10
// times: its process with kill -9, and as often its connections to the database.
func TestAProjectorThatIsKilledAtAnyMomentLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	b := newBench(t)
	stop := b.busy()
	random := chance(t)
	atWork := func(p *process) {
		b.untilProjects(p)
		if random.IntN(4) > 0 {
			b.untilMoves()
		}
		time.Sleep(time.Duration(random.IntN(20_000)) * time.Microsecond) // a random moment from then on
	}
	for range effort.Times(5, 20) {
		p := b.start("project")
		atWork(p)
		_, err := b.pool.Exec(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1`, p.name)
		require.NoError(t, err)
		atWork(p)
		p.kill()
		b.turnRunsOut()
	}
	stop()

	after := b.projected()
	require.Equal(t, b.folded(), after)
	require.NoError(t, b.model.Rebuild(t.Context(), b.log, logger(t), func(int64, int64) {}))
	require.Equal(t, after, b.tables(), "a rebuild makes the same tables")
}

func TestOfTwoProjectorsOneWorksAndTheOtherTakesOver(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	b := newBench(t)
	stop := b.busy()
	current := b.start("project")
	b.untilProjects(current)
	for range 6 {
		standby := b.start("project")
		b.untilStandsBy(standby)
		require.Equal(t, current.pid(), b.projecting(), "the other stands by")
		current.end()
		b.untilProjects(standby)
		current = standby
	}
	stop()
	b.catchUp()
	require.Equal(t, b.folded(), b.tables())
}

// A projector that ends gives its lease back, even in the middle of its work, so that nobody
// has to wait until it runs out.
func TestAProjectorThatEndsGivesItsLeaseBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	stop := b.busy()
	defer stop()
	for range 6 {
		end := b.project()
		require.Eventually(t, func() bool { return b.projecting() != "" }, aWhile, interval, "it projects")
		b.untilMoves()
		end()
		require.Empty(t, b.projecting())
	}
}

// A lease that is not given back runs out after five seconds.
func TestAProjectorThatIsKilledIsReplacedWithinTenSeconds(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	b := newBench(t)
	current, standby := b.start("project"), b.start("project")
	require.Eventually(t, func() bool { return b.projecting() != "" }, aWhile, interval)
	if b.projecting() == standby.pid() {
		current, standby = standby, current
	}
	b.untilStandsBy(standby)
	current.kill()
	killed := time.Now()
	b.untilProjects(standby)
	require.Less(t, time.Since(killed), 10*time.Second)
}

// A process that is stopped may be in a transaction, whose locks its successor waits for, but
// not for long. When the process goes on, it must write nothing more.
func TestAProjectorThatHangsIsReplacedAndWritesNoMore(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	b := newBench(t)
	stop := b.busy()
	defer stop()
	zombie, successor := b.start("project"), b.start("project")
	require.Eventually(t, func() bool { return b.projecting() != "" }, aWhile, interval)
	if b.projecting() == successor.pid() {
		zombie, successor = successor, zombie
	}
	zombie.signal(syscall.SIGSTOP)
	b.untilProjects(successor)
	b.untilMoves()
	reached := b.tables().Position

	zombie.signal(syscall.SIGCONT)
	b.untilStandsBy(zombie)
	stop()
	b.catchUp()
	require.Greater(t, b.tables().Position, reached)
	require.Equal(t, b.folded(), b.tables())
	require.Equal(t, successor.pid(), b.projecting())
}

// A projector that has nothing to do renews its lease before it runs out.
func TestAProjectorKeepsItsLeaseWhileNothingHappens(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	b := newBench(t)
	p := b.start("project")
	b.untilProjects(p)
	enough, look := time.After(8*time.Second), time.NewTicker(100*time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			require.Equal(t, p.pid(), b.projecting())
		case <-enough:
			return
		}
	}
}
