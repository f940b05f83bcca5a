package courses_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// A waitlistRace is run by two processes at once.
type waitlistRace struct {
	given    []dcb.Fact
	commands func(process int) []dcb.Command
}

// A test that starts this program again as a racer says so here: the name of the race
// and the number of the process.
const waitlistRacerEnv = "COURSES_TEST_WAITLIST_RACER"

// A racer never gets to the tests.
func init() {
	if role := os.Getenv(waitlistRacerEnv); role != "" {
		if err := raceForSeats(role); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// raceForSeats carries out the commands of one process at once: all have read and
// decided when it says that it is ready, and append when it is told to. It prints what
// became of them, counted.
func raceForSeats(role string) error {
	var name string
	var process int
	if _, err := fmt.Sscan(role, &name, &process); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
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
	commands := waitlistRaces[name].commands(process)
	outcomes := make([]string, len(commands))
	start := make(chan struct{})
	var decided, racers sync.WaitGroup
	decided.Add(len(commands))
	for i, cmd := range commands {
		racers.Go(func() {
			isDecided := sync.OnceFunc(decided.Done)
			ctx := dcb.WithTrace(ctx, &dcb.Trace{Decided: func(dcb.TraceDecided) {
				isDecided()
				<-start
			}})
			if err := cmd.Decide(ctx, store); err != nil {
				outcomes[i] = err.Error()
			}
			isDecided()
		})
	}
	decided.Wait()
	fmt.Println("ready")
	fmt.Scanln()
	close(start)
	racers.Wait()
	counts := map[string]int{}
	for _, outcome := range outcomes {
		counts[outcome]++
	}
	return json.NewEncoder(os.Stdout).Encode(counts)
}

// runWaitlistRace lets two processes race, and returns what became of the commands of
// both, and what they appended.
func runWaitlistRace(t *testing.T, name string) (counts map[string]int, before, appended []dcb.Event) {
	t.Helper()
	race := waitlistRaces[name]
	url := pgtest.URL(t)
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openLog(t, pool, race.given...)

	program, err := os.Executable()
	require.NoError(t, err)
	var start []func() error
	var results []func() map[string]int
	for process := range 2 {
		cmd := exec.CommandContext(t.Context(), program)
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", waitlistRacerEnv, name, process), "DATABASE_URL="+url)
		cmd.Stderr = os.Stderr
		stdin, err := cmd.StdinPipe()
		require.NoError(t, err)
		stdout, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewReader(stdout)
		ready, err := lines.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "ready\n", ready)
		start = append(start, stdin.Close)
		results = append(results, func() (counts map[string]int) {
			require.NoError(t, json.NewDecoder(lines).Decode(&counts))
			require.NoError(t, cmd.Wait())
			return counts
		})
	}
	for _, begin := range start {
		require.NoError(t, begin())
	}
	counts = map[string]int{}
	for _, result := range results {
		for outcome, n := range result() {
			counts[outcome] += n
		}
	}
	events, _, err := store.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	return counts, events[:len(race.given)], events[len(race.given):]
}

// dealt gives the commands of each pair to two processes, the first to one and the other
// to the other by turns: whichever process comes first, both orders happen.
func dealt(n int, pair func(i int) (one, other dcb.Command)) func(process int) []dcb.Command {
	return func(process int) []dcb.Command {
		return each(n, func(i int) dcb.Command {
			one, other := pair(i)
			if (i+process)%2 == 0 {
				return one
			}
			return other
		})
	}
}

func each[T any](n int, one func(i int) T) []T {
	var all []T
	for i := range n {
		all = append(all, one(i))
	}
	return all
}

func numbered(who string, i int) StudentID { return StudentID(fmt.Sprintf("%s-%02d", who, i)) }

func numberedCourse(i int) CourseID { return CourseID(fmt.Sprintf("course-%02d", i)) }
