package readmodel_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/effort"
	. "go-crablet/readmodel"
)

const roleEnv = "READMODEL_TEST_ROLE"

// TestMain plays a role when a test starts this program again.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleEnv); role != "" {
		if err := play(role); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	effort.SideBySide()
	os.Exit(m.Run())
}

func play(role string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer pool.Close()
	log, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		return err
	}
	defer log.Close()
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	switch role {
	case "project":
		New(pool).Project(ctx, log, logger) // until it is told to end, or killed
		return nil
	case "rebuild":
		return New(pool).Rebuild(ctx, log, logger, func(done, total int64) { fmt.Println(done, total) })
	}
	return fmt.Errorf("no such role: %s", role)
}

// A process is this program, started again to play a role on the bench's database.
type process struct {
	t      testing.TB
	name   string // of its sessions in the database
	cmd    *exec.Cmd
	killed bool // or ended
}

// start starts a process whose output nobody reads.
func (b *bench) start(role string) *process {
	b.t.Helper()
	p := b.prepare(role)
	p.run()
	return p
}

// startAt starts a process that uses another URL of the database.
func (b *bench) startAt(url, role string) *process {
	b.t.Helper()
	p := b.prepare(role)
	p.cmd.Env = append(p.cmd.Env, "DATABASE_URL="+url)
	p.run()
	return p
}

func (b *bench) prepare(role string) *process {
	b.t.Helper()
	effort.OnlyAll(b.t, "processes of its own")
	program, err := os.Executable()
	require.NoError(b.t, err)
	p := &process{t: b.t, name: dcb.NewID(), cmd: exec.CommandContext(b.t.Context(), program)}
	p.cmd.Env = append(os.Environ(), roleEnv+"="+role, "DATABASE_URL="+b.url, "PGAPPNAME="+p.name)
	p.cmd.Stderr = b.t.Output()
	return p
}

func (p *process) run() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Start())
	p.t.Cleanup(p.kill)
}

// pid is the id of the process, which is in the name of the holder of a lease.
func (p *process) pid() string { return strconv.Itoa(p.cmd.Process.Pid) }

// kill ends the process as a power cut would, and waits until it is gone.
func (p *process) kill() {
	if !p.killed {
		p.killed = true
		p.cmd.Process.Kill()
		p.cmd.Wait()
	}
}

// end asks the process to end, and waits until it is gone.
func (p *process) end() {
	p.t.Helper()
	p.signal(syscall.SIGTERM)
	p.killed = true
	require.NoError(p.t, p.cmd.Wait())
}

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(s))
}

// projecting returns the name of the process that projects, or "".
func (b *bench) projecting() string {
	b.t.Helper()
	var holder string
	const asks = `select coalesce(max(split_part(holder, ' ', 2)), '') from dcb_consumer where name = 'readmodel' and until > clock_timestamp()`
	require.NoError(b.t, b.pool.QueryRow(b.t.Context(), asks).Scan(&holder))
	return holder
}

// turnRunsOut ends the turn of a projector that is gone, so that the test does not have to wait.
func (b *bench) turnRunsOut() {
	b.t.Helper()
	b.exec(`update dcb_consumer set until = '-infinity' where name = 'readmodel'`)
}

// leaseRunsOut ends the lease of a process that is gone.
func (b *bench) leaseRunsOut(task string) {
	b.t.Helper()
	b.exec(`update read_lease set until = '-infinity' where task = $1`, task)
}

// untilGone waits until the server has noticed that a process has ended.
func (b *bench) untilGone(p *process) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		var gone bool
		const asks = `select not exists (select from pg_stat_activity where application_name = $1)`
		require.NoError(b.t, b.pool.QueryRow(b.t.Context(), asks, p.name).Scan(&gone))
		return gone
	}, aWhile, interval, "its sessions end")
}

// untilStandsBy waits until a process has seen that another one projects.
func (b *bench) untilStandsBy(p *process) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		var there bool
		const asks = `select exists (select from pg_stat_activity where application_name = $1 and query like '%left join dcb_consumer%')`
		require.NoError(b.t, b.pool.QueryRow(b.t.Context(), asks, p.name).Scan(&there))
		return there
	}, aWhile, interval, "the process asks who projects")
}

// untilMoves waits until the checkpoint moves.
func (b *bench) untilMoves() {
	b.t.Helper()
	position := func() (position int64) {
		require.NoError(b.t, b.pool.QueryRow(b.t.Context(), `select position from read_generation where serving`).Scan(&position))
		return position
	}
	before := position()
	require.Eventually(b.t, func() bool { return position() != before }, aWhile, interval, "the checkpoint moves")
}

// untilProjects waits until this process projects.
func (b *bench) untilProjects(p *process) {
	b.t.Helper()
	require.Eventually(b.t, func() bool { return b.projecting() == p.pid() }, aWhile, interval, "the process projects")
}
