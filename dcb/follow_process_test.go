package dcb_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/effort"
)

const followsEnv = "DCB_TEST_FOLLOWS"

// TestMain lets this program be a process that follows, when a test starts it again.
func TestMain(m *testing.M) {
	if name := os.Getenv(followsEnv); name != "" {
		fmt.Fprintln(os.Stderr, followAs(name))
		os.Exit(1)
	}
	effort.SideBySide()
	os.Exit(m.Run())
}

// followAs follows as a consumer that has an effect for each event, until it is told to end. In
// the middle of an event of the type "Hang" it does nothing any more.
func followAs(name string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		return err
	}
	defer store.Close()
	handle := func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		err := writes(name)(ctx, tx, events)
		if events[0].Type == "Hang" {
			fmt.Println("hangs")
			<-ctx.Done()
		}
		return err
	}
	return store.Follow(ctx, dcb.Consumer{Name: name, Query: dcb.AllEvents(), Handle: handle, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))})
}

// A process follows as consumer "c" on a site.
type process struct {
	s    *site
	name string // under which its sessions go in the database
	cmd  *exec.Cmd
}

func (s *site) start() *process { return s.startAt(s.url) }

// startAt starts a process that comes to the database another way.
func (s *site) startAt(url string) *process {
	s.t.Helper()
	program, err := os.Executable()
	require.NoError(s.t, err)
	p := &process{s, dcb.NewID(), exec.CommandContext(s.t.Context(), program)}
	p.cmd.Env = append(os.Environ(), followsEnv+"=c", "DATABASE_URL="+url, "PGAPPNAME="+p.name)
	p.cmd.Stderr = s.t.Output()
	require.NoError(s.t, p.cmd.Start())
	s.t.Cleanup(p.kill)
	return p
}

// kill ends the process as a power cut would, and waits until it is gone.
func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		p.cmd.Process.Kill()
		p.cmd.Wait()
	}
}

// end asks the process to end, and waits until it is gone.
func (p *process) end() {
	p.s.t.Helper()
	p.signal(syscall.SIGTERM)
	var exit *exec.ExitError
	require.ErrorAs(p.s.t, p.cmd.Wait(), &exit)
	require.Equal(p.s.t, 1, exit.ExitCode())
}

func (p *process) signal(s syscall.Signal) {
	p.s.t.Helper()
	require.NoError(p.s.t, p.cmd.Process.Signal(s))
}

// active returns the number of the process whose turn it is, or "".
func (s *site) active() string {
	s.t.Helper()
	var holder string
	const asks = `select coalesce(max(split_part(holder, ' ', 2)), '') from dcb_consumer where name = 'c' and until > clock_timestamp()`
	require.NoError(s.t, s.pool.QueryRow(s.t.Context(), asks).Scan(&holder))
	return holder
}

func (p *process) isActive() bool { return p.s.active() == fmt.Sprint(p.cmd.Process.Pid) }

// untilActive waits until it is the turn of the process. A process that was stopped while it had the
// place locked keeps it for 30 seconds. Then the server ends its transaction.
func (p *process) untilActive() {
	p.s.t.Helper()
	require.Eventually(p.s.t, p.isActive, 30*time.Second+aWhile, 5*time.Millisecond, "the process is the active one")
}

// untilStandsBy waits until the process has looked whose turn it is.
func (p *process) untilStandsBy() {
	p.s.t.Helper()
	p.untilSession(`query like '%from (select $1::text as name) as wanted%'`)
}

func (p *process) untilSession(is string) {
	p.s.t.Helper()
	require.Eventually(p.s.t, func() (there bool) {
		asks := `select exists (select from pg_stat_activity where application_name = $1 and ` + is + `)`
		require.NoError(p.s.t, p.s.pool.QueryRow(p.s.t.Context(), asks, p.name).Scan(&there))
		return there
	}, aWhile, 5*time.Millisecond, is)
}

// turnRunsOut lets the turn of a process that is gone run out at once, where it does not matter
// how long that takes.
func (s *site) turnRunsOut() {
	s.t.Helper()
	s.exec(`update dcb_consumer set until = '-infinity'`)
}

// busy appends until the returned function ends it.
func (s *site) busy() (end func()) {
	ctx, cancel := context.WithCancel(s.t.Context())
	var writing sync.WaitGroup
	writing.Go(func() {
		for ctx.Err() == nil {
			_, err := s.store.AppendEvents(s.t.Context(), []dcb.InputEvent{event("A"), event("B")}, dcb.Query{}, 0)
			assert.NoError(s.t, err)
		}
	})
	return func() {
		cancel()
		writing.Wait()
	}
}

// untilMoves waits until the place is not where it is.
func (s *site) untilMoves() {
	s.t.Helper()
	before := s.stands("c")[0]
	require.Eventually(s.t, func() bool { return s.stands("c")[0] != before }, aWhile, time.Millisecond, "the place moves")
}

// requireAllOnce waits until consumer "c" has handled the log, and requires that it did so once
// for each event, in order.
func (s *site) requireAllOnce() {
	s.t.Helper()
	head, err := s.store.Head(s.t.Context())
	require.NoError(s.t, err)
	s.reaches("c", head.Position)
	require.Equal(s.t, to(1, head.Position), s.effects("c"))
	require.Equal(s.t, [2]int64{head.Position, 0}, s.stands("c"))
	require.Empty(s.t, s.parked("c"))
}

// A process is killed 30 times with kill -9, in a usual run 8 times, at random moments while the
// log grows. Each time, its connections to the database are cut first.
func TestAConsumerThatIsKilledAtAnyMomentHandlesEachEventOnce(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	s := newSite(t)
	stop := s.busy()
	atWork := func(p *process) {
		p.untilActive()
		if rand.IntN(4) > 0 {
			s.untilMoves()
		}
		time.Sleep(time.Duration(rand.IntN(20_000)) * time.Microsecond) // a random moment from then on
	}
	for range effort.Times(8, 30) {
		p := s.start()
		atWork(p)
		s.exec(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1`, p.name)
		atWork(p)
		p.kill()
		s.turnRunsOut()
	}
	stop()
	s.start()
	s.requireAllOnce()
}

func TestOfTwoProcessesOneFollowsAndTheOtherTakesOver(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	s := newSite(t)
	stop := s.busy()
	current := s.start()
	current.untilActive()
	for range 6 {
		standby := s.start()
		standby.untilStandsBy()
		require.True(t, current.isActive(), "the other stands by")
		current.end()
		require.False(t, current.isActive(), "a turn that is given back does not have to run out")
		standby.untilActive()
		current = standby
	}
	stop()
	s.requireAllOnce()
}

func TestAProcessThatIsKilledIsReplacedWithinTenSeconds(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	s := newSite(t)
	current := s.start()
	current.untilActive()
	standby := s.start()
	standby.untilStandsBy()
	current.kill()
	killed := time.Now()
	standby.untilActive()
	require.Less(t, time.Since(killed), 10*time.Second)
	appendAll(t, s.store, event("A"))
	s.requireAllOnce()
}

// A process that has nothing to do says so before its turn has run out.
func TestAProcessKeepsItsTurnWhileNothingHappens(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	s := newSite(t)
	current := s.start()
	current.untilActive()
	s.start().untilStandsBy()
	enough, look := time.After(8*time.Second), time.NewTicker(100*time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			require.True(t, current.isActive())
		case <-enough:
			return
		}
	}
}

// A process that was stopped goes on as if nothing had happened. Another one has taken over.
func TestAProcessThatWasStoppedHandlesNothingASecondTime(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	s := newSite(t)
	stop := s.busy()
	zombie := s.start()
	zombie.untilActive()
	s.untilMoves()
	successor := s.start()
	successor.untilStandsBy()
	zombie.signal(syscall.SIGSTOP)
	s.turnRunsOut() // or the row is locked until the server ends its transaction
	successor.untilActive()
	s.untilMoves()
	zombie.signal(syscall.SIGCONT)
	for range 20 {
		s.untilMoves()
	}
	require.True(t, successor.isActive())
	stop()
	s.requireAllOnce()
}

// A process that is stopped in the middle of a transaction has the place locked. The server ends
// the transaction.
func TestAProcessThatHangsInItsHandleIsReplaced(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	s := newSite(t)
	zombie := s.start()
	zombie.untilActive()
	appendAll(t, s.store, event("Hang"))
	zombie.untilSession(`state = 'idle in transaction' and query like '%insert into effect%'`)
	zombie.signal(syscall.SIGSTOP)
	began := time.Now()
	s.follow(s.consumer("c"))
	ctx, cancel := context.WithTimeout(t.Context(), 2*aWhile)
	defer cancel()
	require.NoError(t, s.store.WaitFor(ctx, "c", 1))
	require.Greater(t, time.Since(began), 20*time.Second, "until then it might be at work")
	zombie.signal(syscall.SIGCONT)
	appendAll(t, s.store, event("A"))
	s.requireAllOnce()
}
