//go:build linux || darwin

package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgpair"
)

const (
	callersPerProcess = 4 // of which the last one thinks
	longestThought    = 3 * time.Second

	seatsPerCourse  = 6
	coursesPerClass = 16
	studentsInClass = 9 // they may take 90 courses, which is fewer than the 96 seats: both limits are met
)

// callersEnv says, to this program when it is started again, what its callers are to do.
const callersEnv = "E2E_FAILOVER_CALLERS"

// An assignment is what one process of callers is told.
type assignment struct {
	Process int
	URL     string
	Drift   []string // addresses that one name leads to, now to this one, now to that; or none
	Notes   string   // the file to write to what it was told
}

func init() {
	text, asked := os.LookupEnv(callersEnv)
	if !asked {
		return
	}
	var a assignment
	err := json.Unmarshal([]byte(text), &a)
	if err == nil {
		err = a.carryOut()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// carryOut subscribes students to courses until the end of the standard input. Every
// caller then ends with an answer, however long it takes.
func (a assignment) carryOut() error {
	ctx := context.Background()
	pool, err := a.pool(ctx)
	if err != nil {
		return err
	}
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		return err
	}
	defer store.Close()
	file, err := os.Create(a.Notes)
	if err != nil {
		return err
	}
	defer file.Close()
	notes := &notebook{file: file}
	stop := make(chan struct{})
	var ahead atomic.Int64
	var calling sync.WaitGroup
	for i := range callersPerProcess {
		c := &caller{
			name: fmt.Sprintf("p%d-c%d", a.Process, i), store: store, notes: notes,
			thinks: i == callersPerProcess-1, ahead: &ahead, stop: stop,
		}
		calling.Go(func() { c.run(ctx) })
	}
	fmt.Println("ready")
	fmt.Scanln()
	close(stop)
	calling.Wait()
	return notes.err
}

func (a assignment) pool(ctx context.Context) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(a.URL)
	if err != nil {
		return nil, err
	}
	config.MaxConns = callersPerProcess + 2
	config.ConnConfig.ConnectTimeout = 5 * time.Second // as the program has it
	if len(a.Drift) > 0 {
		config.MaxConnLifetime, config.HealthCheckPeriod = 300*time.Millisecond, 100*time.Millisecond
		config.ConnConfig.DialFunc = func(ctx context.Context, network, _ string) (conn net.Conn, err error) {
			for _, i := range rand.Perm(len(a.Drift)) {
				if conn, err = (&net.Dialer{}).DialContext(ctx, network, a.Drift[i]); err == nil {
					break
				}
			}
			return conn, err
		}
	}
	return pgxpool.NewWithConfig(ctx, config)
}

// A note is what a caller was told about one request.
type note struct {
	Request  courses.RequestID
	Asked    dcb.Tag // the fingerprint of the command
	Type     string  // of the one fact that carries it out
	Student  courses.StudentID
	Course   courses.CourseID
	Refusal  courses.Refusal
	Failures []string // what was said before, each time without an outcome
	At       time.Time
}

// A notebook keeps what the callers of one process were told.
type notebook struct {
	mu   sync.Mutex
	file *os.File
	err  error
}

// write returns when the note is kept whatever happens to the process.
func (n *notebook) write(told note) {
	line, err := json.Marshal(told)
	n.mu.Lock()
	defer n.mu.Unlock()
	if err == nil {
		_, err = n.file.Write(append(line, '\n'))
	}
	n.err = errors.Join(n.err, err, n.file.Sync())
}

// A caller asks for one thing after the other.
type caller struct {
	name   string
	store  *dcb.Store
	notes  *notebook
	thinks bool          // for seconds, between what it reads and what it decides
	ahead  *atomic.Int64 // the last course that somebody of this process has come to
	stop   chan struct{}

	asked  int // how many requests
	failed bool
}

// run goes through the courses, and goes back some way after an outage: what it was told
// then may not be so any more.
func (c *caller) run(ctx context.Context) {
	const back = 40
	for course := int64(0); !c.stopped(); course++ {
		if c.thinks {
			course = max(0, c.ahead.Load()-rand.Int64N(4))
		} else if course > c.ahead.Load() {
			c.ahead.Store(course)
		}
		c.subscribe(ctx, studentFor(course), courses.CourseID(fmt.Sprintf("course-%05d", course)))
		if c.failed {
			c.failed = false
			course = max(-1, course-back)
			c.ahead.Store(max(0, course))
		}
	}
}

func (c *caller) stopped() bool {
	select {
	case <-c.stop:
		return true
	default:
		return false
	}
}

// studentFor picks a student of the class that goes to a course.
func studentFor(course int64) courses.StudentID {
	return courses.StudentID(fmt.Sprintf("student-%05d-%d", course/coursesPerClass, rand.N(studentsInClass)))
}

// subscribe asks for a seat. Whoever is told that there is no such course or student sees
// to it that there is, and asks again.
func (c *caller) subscribe(ctx context.Context, student courses.StudentID, course courses.CourseID) {
	for range 3 {
		cmd := courses.SubscribeStudent{Student: student, Course: course, Request: c.request()}
		switch c.ask(ctx, cmd, note{Request: cmd.Request, Type: "StudentSubscribedToCourse", Student: student, Course: course}) {
		case courses.ErrNoSuchCourse:
			cmd := courses.DefineCourse{Course: course, Title: "Course " + string(course), Capacity: seatsPerCourse, Request: c.request()}
			c.ask(ctx, cmd, note{Request: cmd.Request, Type: "CourseDefined", Course: course})
		case courses.ErrNoSuchStudent:
			cmd := courses.RegisterStudent{Student: student, Name: "Student " + string(student), Request: c.request()}
			c.ask(ctx, cmd, note{Request: cmd.Request, Type: "StudentRegistered", Student: student})
		default:
			return
		}
	}
}

// request makes up a key that nobody else has.
func (c *caller) request() courses.RequestID {
	c.asked++
	return courses.RequestID(fmt.Sprintf("%s-%d", c.name, c.asked))
}

// A decider is a command of package courses.
type decider interface {
	Decide(ctx context.Context, log dcb.Log) error
}

// ask repeats a request until it has an outcome, and writes that down before it returns
// it: a refusal, or "" if the request was carried out.
func (c *caller) ask(ctx context.Context, cmd decider, told note) courses.Refusal {
	told.Asked = courses.Asked(cmd)
	for {
		err := cmd.Decide(c.thinking(ctx), c.store)
		refusal, refused := errors.AsType[courses.Refusal](err)
		if err == nil || refused {
			told.Refusal, told.At = refusal, time.Now()
			c.notes.write(told)
			time.Sleep(rand.N(4 * time.Millisecond)) // the machine has others to serve
			return refusal
		}
		c.failed = true
		told.Failures = append(told.Failures, err.Error())
		time.Sleep(20 * time.Millisecond)
	}
}

// thinking holds up the first attempt of a decision if the caller is one who thinks.
func (c *caller) thinking(ctx context.Context) context.Context {
	if !c.thinks {
		return ctx
	}
	return dcb.WithTrace(ctx, &dcb.Trace{Decided: func(step dcb.TraceDecided) {
		if step.Attempt == 1 && step.Refusal == nil {
			select {
			case <-time.After(rand.N(longestThought)):
			case <-c.stop:
			}
		}
	}})
}

// callers are four processes.
type callers struct {
	t       testing.TB
	started []*exec.Cmd
	hangUp  []func() error
	notes   []string
}

// startCallers starts the processes, and returns when all of them call.
func startCallers(t testing.TB, url string, drift ...*pgpair.Server) *callers {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	c := &callers{t: t}
	for process := range 4 {
		a := assignment{Process: process, URL: url, Notes: filepath.Join(t.TempDir(), "told")}
		for _, server := range drift {
			a.Drift = append(a.Drift, server.Address())
		}
		text, err := json.Marshal(a)
		require.NoError(t, err)
		cmd := exec.CommandContext(t.Context(), program)
		cmd.Env = append(os.Environ(), callersEnv+"="+string(text))
		cmd.Stderr = t.Output()
		stdin, err := cmd.StdinPipe()
		require.NoError(t, err)
		stdout, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		c.started, c.hangUp, c.notes = append(c.started, cmd), append(c.hangUp, stdin.Close), append(c.notes, a.Notes)
		ready, err := bufio.NewReader(stdout).ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "ready\n", ready)
	}
	return c
}

// end asks nothing new, and returns what all callers were told when everything that was
// asked has its outcome.
func (c *callers) end() (told []note) {
	c.t.Helper()
	for _, hangUp := range c.hangUp {
		require.NoError(c.t, hangUp())
	}
	for i, cmd := range c.started {
		require.NoError(c.t, cmd.Wait())
		file, err := os.Open(c.notes[i])
		require.NoError(c.t, err)
		defer file.Close()
		for lines := json.NewDecoder(file); lines.More(); {
			var n note
			require.NoError(c.t, lines.Decode(&n))
			told = append(told, n)
		}
	}
	return told
}
