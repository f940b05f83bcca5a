package courses_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
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

// outcomes carries out all commands at once and counts what became of them. An
// error other than a refusal fails the test.
func outcomes(t *testing.T, log dcb.Log, commands []SubscribeStudent) map[error]int {
	var (
		mu     sync.Mutex
		counts = map[error]int{}
		start  = make(chan struct{})
		racers sync.WaitGroup
	)
	for _, cmd := range commands {
		racers.Go(func() {
			<-start
			err := cmd.Decide(t.Context(), log)
			var outcome error
			if refusal, ok := errors.AsType[Refusal](err); ok {
				outcome = refusal
			} else {
				assert.NoError(t, err)
			}
			mu.Lock()
			defer mu.Unlock()
			counts[outcome]++
		})
	}
	close(start)
	racers.Wait()
	return counts
}

const racerEnv = "COURSES_TEST_RACER"

// TestMain runs half of the race below when a test starts this program again.
func TestMain(m *testing.M) {
	if half := os.Getenv(racerEnv); half != "" {
		os.Exit(race(half))
	}
	os.Exit(m.Run())
}

const racersPerProcess = 100

// race subscribes 100 students to one course at once, and prints how many got a
// seat, were refused because it is full, and met anything else.
func race(half string) int {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	// Ready. Both processes start when they are told to.
	fmt.Println("ready")
	fmt.Scanln()

	errs := make([]error, racersPerProcess)
	var racers sync.WaitGroup
	for i := range errs {
		racers.Go(func() {
			errs[i] = SubscribeStudent{Student: racer(half, i), Course: "algebra"}.Decide(ctx, store)
		})
	}
	racers.Wait()
	var seated, full, other int
	for _, err := range errs {
		switch {
		case err == nil:
			seated++
		case errors.Is(err, ErrCourseFull):
			full++
		default:
			fmt.Fprintln(os.Stderr, err)
			other++
		}
	}
	fmt.Println(seated, full, other)
	return 0
}

func racer(half string, i int) StudentID { return StudentID("racer-" + half + "-" + strconv.Itoa(i)) }

func TestTwoHundredStudentsInTwoProcessesRaceForSevenSeats(t *testing.T) {
	t.Parallel()
	facts := dcb.Facts(CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 7})
	for _, half := range []string{"a", "b"} {
		for i := range racersPerProcess {
			facts = append(facts, StudentRegistered{Student: racer(half, i), Name: "Racer"})
		}
	}
	url := pgtest.URL(t)
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openLog(t, pool, facts...)

	var processes []*racingProcess
	for _, half := range []string{"a", "b"} {
		processes = append(processes, startRacing(t, url, half))
	}
	for _, p := range processes {
		require.NoError(t, p.stdin.Close())
	}
	var seated, full, other int
	for _, p := range processes {
		s, f, o := p.result(t)
		seated, full, other = seated+s, full+f, other+o
	}
	require.Equal(t, 7, seated, "seated")
	require.Equal(t, 193, full, "refused because the course is full")
	require.Zero(t, other, "anything else")

	term, err := NewDirectory(store).Term(t.Context())
	require.NoError(t, err)
	algebra, _ := term.Course("algebra")
	require.Len(t, algebra.Seats, 7, "seats taken")
}

func TestOneStudentRacesForFifteenCourses(t *testing.T) {
	t.Parallel()
	facts := dcb.Facts(ada)
	var commands []SubscribeStudent
	for i := range 15 {
		id := CourseID(fmt.Sprint("course-", i))
		facts = append(facts, CourseDefined{Course: id, Title: "Course", Capacity: 100})
		commands = append(commands, SubscribeStudent{Student: "ada", Course: id})
	}
	store := openLog(t, pgtest.New(t), facts...)
	require.Equal(t, map[error]int{nil: 10, ErrTooManyCourses: 5}, outcomes(t, store, commands))

	term, err := NewDirectory(store).Term(t.Context())
	require.NoError(t, err)
	student, _ := term.Student("ada")
	require.Len(t, student.Seats, 10)
}

// Both limits at once: 12 students, each after the same 12 courses of 9 seats.
func TestBothLimitsHoldAtOnce(t *testing.T) {
	t.Parallel()
	var facts []dcb.Fact
	var commands []SubscribeStudent
	for c := range 12 {
		course := CourseID(fmt.Sprint("course-", c))
		facts = append(facts, CourseDefined{Course: course, Title: "Course", Capacity: 9})
		for s := range 12 {
			commands = append(commands, SubscribeStudent{Student: StudentID(fmt.Sprint("student-", s)), Course: course})
		}
	}
	for s := range 12 {
		facts = append(facts, StudentRegistered{Student: StudentID(fmt.Sprint("student-", s)), Name: "Student"})
	}
	store := openLog(t, pgtest.New(t), facts...)
	counts := outcomes(t, store, commands)
	require.Equal(t, 144, counts[nil]+counts[ErrCourseFull]+counts[ErrTooManyCourses])

	term, err := NewDirectory(store).Term(t.Context())
	require.NoError(t, err)
	seated := 0
	for _, course := range term.Courses() {
		require.LessOrEqual(t, len(course.Seats), 9)
		seated += len(course.Seats)
	}
	for _, student := range term.Students() {
		require.LessOrEqual(t, len(student.Seats), 10)
	}
	require.Equal(t, counts[nil], seated, "who was told to have a seat has one")
	// Nobody was refused who had room on both sides when all was over: a student
	// with a free slot can only have met full courses.
	for _, student := range term.Students() {
		if len(student.Seats) == 10 {
			continue
		}
		for _, course := range term.Courses() {
			isSeated := false
			for _, seat := range student.Seats {
				isSeated = isSeated || seat.Course == course.ID
			}
			require.True(t, isSeated || len(course.Seats) == 9, "%s could sit in %s", student.ID, course.ID)
		}
	}
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
	store := openLog(t, pgtest.New(t), facts...)
	var racers sync.WaitGroup
	for _, cmd := range commands {
		racers.Go(func() {
			ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Conflicted: func(step dcb.TraceConflicted) {
				assert.Failf(t, "a conflict between strangers", "%v met %v", cmd, step.Conflict.Events)
			}})
			assert.NoError(t, cmd.Decide(ctx, store))
		})
	}
	racers.Wait()
}

// A racingProcess is this program, started again to run half of a race.
type racingProcess struct {
	cmd    *exec.Cmd
	stdin  io.Closer // closed, it is the starting signal
	stdout *bufio.Scanner
}

func startRacing(t *testing.T, url, half string) *racingProcess {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), racerEnv+"="+half, "DATABASE_URL="+url)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	p := &racingProcess{cmd, stdin, bufio.NewScanner(stdout)}
	require.Equal(t, "ready", p.line(t))
	return p
}

// line returns the next line that the process prints.
func (p *racingProcess) line(t *testing.T) string {
	t.Helper()
	require.True(t, p.stdout.Scan(), "the process ended early")
	return p.stdout.Text()
}

func (p *racingProcess) result(t *testing.T) (seated, full, other int) {
	t.Helper()
	_, err := fmt.Sscan(p.line(t), &seated, &full, &other)
	require.NoError(t, err)
	require.NoError(t, p.cmd.Wait())
	return seated, full, other
}
