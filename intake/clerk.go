package intake

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

const (
	lookEvery = time.Second // for imports that another process has left

	// What was decided is noted after linesPerNote lines, or after longestNote.
	linesPerNote = 25
	longestNote  = 250 * time.Millisecond

	// A clerk who stops has longestLastWord to note how far it came. If that fails, its claim
	// runs out later.
	longestLastWord = 3 * time.Second
)

// A Clerk carries out the imports that were started, one after the other.
type Clerk struct {
	imports *Store
	log     *dcb.Store
	keys    *sealed.Keys
	logger  *slog.Logger
	name    string        // tells clerks apart
	woken   chan struct{} // has room for one
	stop    context.CancelFunc
	works   sync.WaitGroup
}

// NewClerk returns a clerk who works until [Clerk.Close]. Close it before the log.
func NewClerk(imports *Store, log *dcb.Store, keys *sealed.Keys, logger *slog.Logger) *Clerk {
	ctx, stop := context.WithCancel(context.Background())
	c := &Clerk{imports: imports, log: log, keys: keys, logger: logger, name: dcb.NewID(), woken: make(chan struct{}, 1), stop: stop}
	c.works.Go(func() { c.work(ctx) })
	return c
}

// Start starts an import. It is carried out once, however often it is started.
func (c *Clerk) Start(ctx context.Context, id string) error {
	if err := c.imports.Start(ctx, id); err != nil {
		return err
	}
	select {
	case c.woken <- struct{}{}:
	default: // woken already
	}
	return nil
}

// Close stops the work, and returns when it has stopped. What is not decided yet waits for
// another clerk. Close may be called again.
func (c *Clerk) Close() {
	c.stop()
	c.works.Wait()
}

// work carries out one import after the other until ctx is done.
func (c *Clerk) work(ctx context.Context) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for ctx.Err() == nil {
		found, err := c.workOnNext(ctx)
		if found && err != nil && ctx.Err() == nil {
			c.logger.Warn("an import goes on later", "error", err)
		}
		if found && err == nil {
			continue
		}
		select {
		case <-look.C:
		case <-c.woken:
		case <-ctx.Done():
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestLastWord)
	defer cancel()
	if err := c.imports.release(ctx, c.name); err != nil {
		c.logger.Warn("an import goes on in some seconds", "error", err)
	}
}

// workOnNext carries out the next import. It reports whether there was one.
func (c *Clerk) workOnNext(ctx context.Context) (found bool, err error) {
	id, kind, found, err := c.imports.claim(ctx, c.name)
	if !found || err != nil {
		return false, err
	}
	ctx = courses.TheRegistrar.Noted(dcb.WithCorrelationID(ctx, id))
	for {
		lines, err := c.imports.Lines(ctx, id, New, linesPerNote)
		if err != nil {
			return true, err
		}
		if len(lines) == 0 {
			return true, c.imports.complete(ctx, id)
		}
		decided, failure := c.decideSome(ctx, id, kind, lines)
		mine, err := c.note(ctx, id, decided)
		if err := errors.Join(failure, err); err != nil || !mine {
			return true, err
		}
	}
}

// note notes what was decided, also when the clerk is about to stop.
func (c *Clerk) note(ctx context.Context, id string, decided []answer) (mine bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestLastWord)
	defer cancel()
	return c.imports.note(ctx, id, c.name, decided)
}

// An answer is a line that was decided, and up to where the log was read for that.
type answer struct {
	Line
	known dcb.Checkpoint
}

// decideSome decides lines in their order, until [longestNote] is over or a decision fails. It
// returns those that it decided.
func (c *Clerk) decideSome(ctx context.Context, id string, kind Kind, lines []Line) (decided []answer, err error) {
	for began := time.Now(); len(decided) < len(lines) && time.Since(began) < longestNote; {
		a := answer{Line: lines[len(decided)]}
		a.Verdict, a.known, err = c.decide(ctx, id, kind, a.Line)
		if err != nil {
			return decided, err
		}
		decided = append(decided, a)
	}
	return decided, nil
}

// decide takes the decision of a line. After an error there is no verdict: the line has to be
// decided again. known is up to where the log was read.
func (c *Clerk) decide(ctx context.Context, id string, kind Kind, line Line) (v Verdict, known dcb.Checkpoint, err error) {
	name, err := c.sealedName(ctx, kind, line)
	if err == nil {
		cmd := line.command(kind, name, RequestOf(id, line.Number))
		ctx = dcb.WithTrace(ctx, &dcb.Trace{Brief: true, Read: func(step dcb.TraceRead) { known = step.Known }})
		err = cmd.Decide(dcb.WithCommandName(ctx, reflect.TypeOf(cmd).Name()), c.log)
	}
	v, answered := verdictOf(err)
	if !answered {
		return v, known, err
	}
	return v, known, nil
}

// sealedName seals the name of a student who is to be registered. An id of a student who was
// forgotten stays taken.
func (c *Clerk) sealedName(ctx context.Context, kind Kind, line Line) (sealed.Text, error) {
	if kind != Students {
		return "", nil
	}
	name, err := courses.SealName(ctx, c.keys, line.Student, line.Text)
	if errors.Is(err, courses.ErrNoSuchStudent) {
		err = courses.ErrStudentExists
	}
	return name, err
}
