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

func openLog(t testing.TB, pool *pgxpool.Pool, facts ...dcb.Fact) *dcb.Store {
	t.Helper()
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	if len(facts) > 0 {
		events, err := dcb.Encode(facts)
		require.NoError(t, err)
		_, err = store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
		require.NoError(t, err)
	}
	return store
}

// fromProcesses runs a race three times: from one process, from two and from four. The
// commands are dealt out to them; all have read and decided when the first may append.
func fromProcesses(t *testing.T, facts []dcb.Fact, commands []SubscribeStudent, check func(*testing.T, tally, seats)) {
	t.Helper()
	for name, processes := range map[string]int{"from one process": 1, "from two processes": 2, "from four processes": 4} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.URL(t)
			pool, err := pgxpool.New(t.Context(), url)
			require.NoError(t, err)
			t.Cleanup(pool.Close)
			store := openLog(t, pool, facts...)
			got := race(t, url, processes, commands)
			taken := seatsTaken(t, store)
			require.Len(t, taken.held, got.Outcomes[seated], "who was told to have a seat has one")
			check(t, got, taken)
		})
	}
}

func TestTwoHundredStudentsRaceForSevenSeats(t *testing.T) {
	t.Parallel()
	facts := dcb.Facts(CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 7})
	var commands []SubscribeStudent
	for i := range 200 {
		student := StudentID(fmt.Sprint("student-", i))
		facts = append(facts, StudentRegistered{Student: student, Name: "Student"})
		commands = append(commands, SubscribeStudent{Student: student, Course: "algebra"})
	}
	fromProcesses(t, facts, commands, func(t *testing.T, got tally, taken seats) {
		require.Equal(t, map[Refusal]int{seated: 7, ErrCourseFull: 193}, got.Outcomes)
		require.Equal(t, 7, taken.in["algebra"])
	})
}

func TestOneStudentRacesForFifteenCourses(t *testing.T) {
	t.Parallel()
	facts := dcb.Facts(ada)
	var commands []SubscribeStudent
	for i := range 15 {
		course := CourseID(fmt.Sprint("course-", i))
		facts = append(facts, CourseDefined{Course: course, Title: "Course", Capacity: 100})
		commands = append(commands, SubscribeStudent{Student: "ada", Course: course})
	}
	fromProcesses(t, facts, commands, func(t *testing.T, got tally, taken seats) {
		require.Equal(t, map[Refusal]int{seated: 10, ErrTooManyCourses: 5}, got.Outcomes)
		require.Equal(t, 10, taken.of["ada"])
	})
}

// Both limits at once: 12 students, each after the same 12 courses of 9 seats.
func TestBothLimitsHoldAtOnce(t *testing.T) {
	t.Parallel()
	var facts []dcb.Fact
	var commands []SubscribeStudent
	for i := range 12 {
		facts = append(facts,
			CourseDefined{Course: CourseID(fmt.Sprint("course-", i)), Title: "Course", Capacity: 9},
			StudentRegistered{Student: StudentID(fmt.Sprint("student-", i)), Name: "Student"})
		for j := range 12 {
			commands = append(commands, SubscribeStudent{
				Course: CourseID(fmt.Sprint("course-", i)), Student: StudentID(fmt.Sprint("student-", j)),
			})
		}
	}
	fromProcesses(t, facts, commands, func(t *testing.T, got tally, taken seats) {
		require.Equal(t, 144, got.Outcomes[seated]+got.Outcomes[ErrCourseFull]+got.Outcomes[ErrTooManyCourses])
		for _, cmd := range commands {
			inCourse, ofStudent := taken.in[cmd.Course], taken.of[cmd.Student]
			require.LessOrEqual(t, inCourse, 9, cmd.Course)
			require.LessOrEqual(t, ofStudent, 10, cmd.Student)
			// Nobody was refused who had room on both sides when all was over.
			isSeated := taken.held[StudentSubscribedToCourse{Student: cmd.Student, Course: cmd.Course}]
			require.True(t, isSeated || inCourse == 9 || ofStudent == 10, "%s could sit in %s", cmd.Student, cmd.Course)
		}
	})
}

func TestSubscriptionsThatShareNothingNeverConflict(t *testing.T) {
	t.Parallel()
	var facts []dcb.Fact
	var commands []SubscribeStudent
	for i := range 60 {
		student, course := StudentID(fmt.Sprint("student-", i)), CourseID(fmt.Sprint("course-", i))
		facts = append(facts,
			CourseDefined{Course: course, Title: "Course", Capacity: 1},
			StudentRegistered{Student: student, Name: "Student"})
		commands = append(commands, SubscribeStudent{Student: student, Course: course})
	}
	fromProcesses(t, facts, commands, func(t *testing.T, got tally, _ seats) {
		require.Equal(t, tally{Outcomes: map[Refusal]int{seated: 60}}, got)
	})
}

// seats are the subscriptions that the log tells of, and how many there are in a
// course and of a student.
type seats struct {
	held map[StudentSubscribedToCourse]bool
	in   map[CourseID]int
	of   map[StudentID]int
}

func seatsTaken(t *testing.T, store *dcb.Store) seats {
	t.Helper()
	taken := seats{map[StudentSubscribedToCourse]bool{}, map[CourseID]int{}, map[StudentID]int{}}
	for e, err := range store.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{}) {
		require.NoError(t, err)
		fact, err := Decode(e.Type, e.Data)
		require.NoError(t, err)
		if seat, ok := fact.(StudentSubscribedToCourse); ok {
			require.False(t, taken.held[seat], "%v is there twice", seat)
			taken.held[seat] = true
			taken.in[seat.Course]++
			taken.of[seat.Student]++
		}
	}
	return taken
}

// A tally is what became of commands.
type tally struct {
	Outcomes  map[Refusal]int
	Conflicts int      // attempts that were lost, whatever came of the next
	Errors    []string // other than refusals
}

// seated is the outcome of a command that was not refused.
const seated Refusal = ""

// race deals the commands out to processes, and lets them append when all are ready.
func race(t *testing.T, url string, processes int, commands []SubscribeStudent) tally {
	t.Helper()
	hands := make([][]SubscribeStudent, processes)
	for i, cmd := range commands {
		hands[i%processes] = append(hands[i%processes], cmd)
	}
	racers := make([]*racer, processes)
	for i, hand := range hands {
		racers[i] = startRacer(t, url, hand)
	}
	for _, r := range racers {
		require.NoError(t, r.stdin.Close())
	}
	total := tally{Outcomes: map[Refusal]int{}}
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
	return total
}

// A racer is this program, started again to carry out commands.
type racer struct {
	cmd    *exec.Cmd
	stdin  io.Closer // closed, it is the starting signal
	stdout *json.Decoder
}

const racerEnv = "COURSES_TEST_RACER"

func startRacer(t *testing.T, url string, commands []SubscribeStudent) *racer {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), racerEnv+"="+url)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	require.NoError(t, json.NewEncoder(stdin).Encode(commands))
	r := &racer{cmd, stdin, json.NewDecoder(stdout)}
	var ready bool
	require.NoError(t, r.stdout.Decode(&ready), "the process ended early")
	return r
}

// TestMain runs a racer when a test starts this program again.
func TestMain(m *testing.M) {
	url, isRacer := os.LookupEnv(racerEnv)
	if !isRacer {
		os.Exit(m.Run())
	}
	if err := runRacer(url); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// runRacer reads commands and decides them, says when it has, waits for the end of its
// input, goes on to the appends, and prints the tally.
func runRacer(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var commands []SubscribeStudent
	if err := json.NewDecoder(os.Stdin).Decode(&commands); err != nil {
		return err
	}
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		return err
	}
	defer store.Close()
	return json.NewEncoder(os.Stdout).Encode(carryOut(ctx, store, commands, func() {
		fmt.Println(true)
		_, _ = io.Copy(io.Discard, os.Stdin)
	}))
}

// carryOut carries out the commands at once, and calls ready between their decisions
// and their appends.
func carryOut(ctx context.Context, store *dcb.Store, commands []SubscribeStudent, ready func()) tally {
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
