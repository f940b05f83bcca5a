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
)

// busy appends anything until the returned function ends it.
func (b *bench) busy() (end func()) {
	ctx, cancel := context.WithCancel(b.t.Context())
	random := chance(b.t)
	var writing sync.WaitGroup
	writing.Go(func() {
		for ctx.Err() == nil {
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

// The projector is killed 40 times at random moments while the log grows: half of the
// times the process with kill -9, half of the times its connections to the database.
func TestAProjectorThatIsKilledAtAnyMomentLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
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
	for range 20 {
		p := b.start("project")
		atWork(p)
		_, err := b.pool.Exec(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1`, p.name)
		require.NoError(t, err)
		atWork(p)
		p.kill()
	}
	stop()

	after := b.projected()
	require.Equal(t, b.folded(), after)
	require.NoError(t, b.model.Rebuild(t.Context(), b.log, logger(t), func(int64, int64) {}))
	require.Equal(t, after, b.tables(), "a rebuild makes the same tables")
}

func TestOfTwoProjectorsOneWorksAndTheOtherTakesOver(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	stop := b.busy()
	current := b.start("project")
	b.untilProjects(current)
	for range 6 {
		standby := b.start("project")
		b.untilConnected(standby)
		require.Equal(t, []string{current.name}, b.projecting(), "the other stands by")
		current.kill()
		b.untilProjects(standby)
		current = standby
	}
	stop()
	b.catchUp()
	require.Equal(t, b.folded(), b.tables())
}

// A process that is stopped keeps its connections, and so its lock; it does not keep
// them for long. When it goes on, it must not go on as if nothing had happened.
func TestAProjectorThatHangsIsReplacedAndWritesNoMore(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	stop := b.busy()
	defer stop()
	zombie, successor := b.start("project"), b.start("project")
	require.Eventually(t, func() bool { return len(b.projecting()) == 1 }, aWhile, interval)
	if b.projecting()[0] == successor.name {
		zombie, successor = successor, zombie
	}
	zombie.signal(syscall.SIGSTOP)
	b.untilProjects(successor)
	reached := b.tables().Position

	zombie.signal(syscall.SIGCONT)
	b.untilConnected(zombie)
	stop()
	b.catchUp()
	require.Greater(t, b.tables().Position, reached)
	require.Equal(t, b.folded(), b.tables())
	require.Equal(t, []string{successor.name}, b.projecting())
}

// A projector that has nothing to do says so before the server takes it for gone.
func TestAProjectorKeepsItsLockWhileNothingHappens(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.start("project")
	b.untilProjects(p)
	session := func() (pid int) {
		const holder = `select pid from pg_stat_activity where application_name = $1 and pid in (select pid from pg_locks where locktype = 'advisory')`
		require.NoError(t, b.pool.QueryRow(t.Context(), holder, p.name).Scan(&pid))
		return pid
	}
	first := session()
	enough, look := time.After(8*time.Second), time.NewTicker(100*time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			require.Equal(t, first, session(), "its session is the same")
		case <-enough:
			return
		}
	}
}
