package courses_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// A race is what had happened, and the commands that each of some processes carries out,
// all at once.
type race struct {
	given    []dcb.Fact
	commands func(process, processes int) []dcb.Command
}

// races are all races, by the names by which processes are told which one to run.
var races = map[string]race{
	"seven seats":     sevenSeats(),
	"fifteen courses": fifteenCourses(),
	"both limits":     bothLimits(),
	"nothing shared":  nothingShared(),
	"leaving":         leavingAFullCourse(),
	"tenth course":    takingATenthCourse(),
	"joining":         joiningAnEmptyWaitlist(),
	"shrunk course":   leavingAShrunkCourse(),
	"swapping":        swappingForTheLastSeat(),
	"gaining room":    gainingRoom(),
	"seats for two":   freeingSeatsForTwo(),
}

// A tally counts the outcomes of commands.
type tally struct {
	Outcomes  map[Refusal]int
	Conflicts int      // attempts that were lost
	Errors    []string // other than refusals
}

// carriedOut is the outcome of a command that was not refused.
const carriedOut Refusal = ""

// runRace lets processes race on a new database. They append when all of them have read
// and decided. It returns the tally of all, the events given, and those appended.
func runRace(t *testing.T, name string, processes int) (total tally, given, appended []dcb.Event) {
	t.Helper()
	url := pgtest.URL(t)
	store := openLog(t, connect(t, url), races[name].given...)
	racers := make([]*racer, processes)
	for process := range racers {
		racers[process] = startRacer(t, url, fmt.Sprintf("%q %d %d", name, process, processes))
	}
	for _, r := range racers {
		require.NoError(t, r.stdin.Close())
	}
	total.Outcomes = map[Refusal]int{}
	for _, r := range racers {
		var got tally
		require.NoError(t, r.stdout.Decode(&got))
		require.NoError(t, r.cmd.Wait())
		for outcome, n := range got.Outcomes {
			total.Outcomes[outcome] += n
		}
		total.Conflicts += got.Conflicts
		assert.Empty(t, got.Errors)
	}
	events, _, err := store.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	n := len(races[name].given)
	return total, events[:n], events[n:]
}

// A racer is this program, started again to carry out the commands of one process.
type racer struct {
	cmd    *exec.Cmd
	stdin  io.Closer // closing it is the starting signal
	stdout *json.Decoder
}

const racerEnv = "COURSES_TEST_RACER"

// startRacer returns when the racer has decided its commands. The role says which race it
// is in, which process it is, and of how many.
func startRacer(t *testing.T, url, role string) *racer {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), racerEnv+"="+role, "DATABASE_URL="+url)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	r := &racer{cmd, stdin, json.NewDecoder(stdout)}
	var ready bool
	require.NoError(t, r.stdout.Decode(&ready), "the process ended early")
	return r
}

// TestMain runs a racer when a test starts this program again.
func TestMain(m *testing.M) {
	role, isRacer := os.LookupEnv(racerEnv)
	if !isRacer {
		os.Exit(m.Run())
	}
	if err := runRacer(role); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// runRacer decides its commands, says when it has, waits for the end of its input, goes on
// to the appends, and prints the tally.
func runRacer(role string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var name string
	var process, processes int
	if _, err := fmt.Sscanf(role, "%q %d %d", &name, &process, &processes); err != nil {
		return err
	}
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
	commands := races[name].commands(process, processes)
	return json.NewEncoder(os.Stdout).Encode(carryOut(ctx, store, commands, func() {
		fmt.Println(true)
		_, _ = io.Copy(io.Discard, os.Stdin)
	}))
}

// carryOut carries out the commands at once, and calls ready between their decisions
// and their appends.
func carryOut(ctx context.Context, store *dcb.Store, commands []dcb.Command, ready func()) tally {
	var (
		mu              sync.Mutex
		got             = tally{Outcomes: map[Refusal]int{}}
		decided, racers sync.WaitGroup
		start           = make(chan struct{})
	)
	decided.Add(len(commands))
	for _, cmd := range commands {
		racers.Go(func() {
			isDecided := sync.OnceFunc(decided.Done)
			err := cmd.Decide(dcb.WithTrace(ctx, &dcb.Trace{
				Decided: func(dcb.TraceDecided) {
					isDecided()
					<-start
				},
				Conflicted: func(dcb.TraceConflicted) {
					mu.Lock()
					defer mu.Unlock()
					got.Conflicts++
				},
			}), store)
			isDecided()
			mu.Lock()
			defer mu.Unlock()
			if refusal, ok := errors.AsType[Refusal](err); ok || err == nil {
				got.Outcomes[refusal]++
			} else {
				got.Errors = append(got.Errors, err.Error())
			}
		})
	}
	decided.Wait()
	ready()
	close(start)
	racers.Wait()
	return got
}
