//go:build linux || darwin

package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

const (
	callersPerProcess = 4 // the first of them can be told to hold a decision

	// A class has more seats in its courses than its students may take: both limits are met.
	coursesPerClass = 24
	seatsPerCourse  = 8
	studentsInClass = 16
)

// callersEnv says, to this program when it is started again, what its callers are to do.
const callersEnv = "E2E_FAILOVER_CALLERS"

// An assignment is what one process of callers is told.
type assignment struct {
	Process int
	URL     string
	Notes   string // the file to write to what it was told

	LongestPause time.Duration // of a caller who was told something, for the machine has others to serve
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

// What a process of callers is told on its standard input.
const (
	hold = "hold" // one decision, between its read and its append; it says "held" when it does
	goOn = "go on"
)

// lastPatience is how long the callers wait for their last answers.
const lastPatience = 3 * time.Minute

// carryOut subscribes students to courses until the end of the standard input. Every
// caller then ends with an answer, or the process with an error.
func (a assignment) carryOut() error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	config, err := pgxpool.ParseConfig(a.URL)
	if err != nil {
		return err
	}
	config.MaxConns = callersPerProcess + 2
	if !strings.Contains(a.URL, "connect_timeout") {
		config.ConnConfig.ConnectTimeout = 3 * time.Second // as the program has it
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
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
	together := &together{store: store, file: file, longestPause: a.LongestPause, stop: make(chan struct{}), held: make(chan struct{})}
	var calling sync.WaitGroup
	for i := range callersPerProcess {
		c := &caller{together: together, name: fmt.Sprintf("p%d-c%d", a.Process, i), holds: i == 0}
		calling.Go(func() { c.run(ctx) })
	}
	fmt.Println("ready")
	for orders := bufio.NewScanner(os.Stdin); orders.Scan(); {
		switch orders.Text() {
		case hold:
			together.hold.Store(true)
		case goOn:
			close(together.held)
		}
	}
	close(together.stop)
	time.AfterFunc(lastPatience, cancel)
	calling.Wait()
	return together.err
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

// together is what the callers of one process share.
type together struct {
	store *dcb.Store
	ahead atomic.Int64 // the last course that somebody has come to
	stop  chan struct{}

	longestPause time.Duration

	hold atomic.Bool
	held chan struct{} // closed when what is held may go on

	mu   sync.Mutex
	file *os.File
	err  error
}

// write writes a note, and returns when it is kept whatever happens to the process.
func (p *together) write(told note) {
	line, err := json.Marshal(told)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		_, err = p.file.Write(append(line, '\n'))
	}
	p.err = errors.Join(p.err, err, p.file.Sync())
}

func (p *together) giveUp(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = errors.Join(p.err, err)
}

// A caller asks for one thing after the other.
type caller struct {
	*together
	name   string
	holds  bool // a decision, when it is told to
	asked  int  // how many requests
	failed bool // since it last went back
}

// run goes through the courses, and goes back some way after an outage: what it was told
// then may not be so any more.
func (c *caller) run(ctx context.Context) {
	const back = 40
	for course := int64(0); !c.stopped(); course++ {
		if c.holds && c.hold.Load() { // it has to find something to hold
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
			cmd := courses.RegisterStudent{Student: student, Name: sealed.Text("Student " + string(student)), Request: c.request()}
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
		err := cmd.Decide(c.holding(ctx), c.store)
		refusal, refused := errors.AsType[courses.Refusal](err)
		if err == nil || refused {
			told.Refusal, told.At = refusal, time.Now()
			c.write(told)
			time.Sleep(rand.N(c.longestPause))
			return refusal
		}
		if ctx.Err() != nil {
			c.giveUp(fmt.Errorf("%s has no outcome: %w, after %q", told.Request, err, told.Failures))
			return ""
		}
		c.failed = true
		told.Failures = append(told.Failures, err.Error())
		time.Sleep(20 * time.Millisecond)
	}
}

// holding holds a decision that has something to store, once, if the caller is to do so.
func (c *caller) holding(ctx context.Context) context.Context {
	if !c.holds || !c.hold.Load() {
		return ctx
	}
	return dcb.WithTrace(ctx, &dcb.Trace{Stepwise: true, Decided: func(step dcb.TraceDecided) {
		if len(step.Events) > 0 && c.hold.CompareAndSwap(true, false) {
			fmt.Println("held")
			<-c.held
		}
	}})
}
