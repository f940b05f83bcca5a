package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"go-crablet/workshop/steps"
)

const (
	// lookEvery is how often the workshop looks whether a file was saved.
	lookEvery = 100 * time.Millisecond
	// sayAfter is when the workshop says that a check takes long. It says so again after twice that time.
	sayAfter = 5 * time.Second
)

// errSavedMeanwhile ends a check whose file is not the one any more that it checks.
var errSavedMeanwhile = errors.New("the file was saved meanwhile")

// A visit is a participant's stay at one step.
type visit struct {
	*desk
	step    steps.Step
	env     []string // for its test
	keys    <-chan string
	checked fs.FileInfo // the file that was checked last
	green   bool        // at the last check
}

// watch leads from step to step, and checks a step whenever its file is saved. It goes on only when
// the participant says so.
func (d *desk) watch(ctx context.Context, in io.Reader) error {
	keys := linesOf(ctx, in)
	for {
		step, err := d.current()
		if err != nil {
			return err
		}
		if err := d.goTo(step); err != nil {
			return err
		}
		d.present(step)
		v := visit{desk: d, step: step, keys: keys}
		if left, err := v.run(ctx); left || err != nil {
			return err
		}
	}
}

// linesOf returns the lines that are typed. The channel is closed when the input ends.
func linesOf(ctx context.Context, in io.Reader) <-chan string {
	lines := make(chan string)
	go func() { // it ends with the input, or with the program
		defer close(lines)
		for scanner := bufio.NewScanner(in); scanner.Scan(); {
			select {
			case lines <- strings.TrimSpace(scanner.Text()):
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

// run stays until another step is worked on, or until the participant has left.
func (v *visit) run(ctx context.Context) (left bool, err error) {
	if v.step.Postgres { // one server for all checks, so none of them has to wait for its start
		v.say("\nStarting PostgreSQL for this step …\n")
		server, err := startServer(ctx)
		if err != nil {
			return false, err
		}
		defer server.Close()
		v.env = []string{"TEST_DATABASE_URL=" + server.URL("postgres")}
	}
	return v.look(ctx)
}

// look waits for the next save and for the next key, again and again.
func (v *visit) look(ctx context.Context) (left bool, err error) {
	ticks := time.NewTicker(lookEvery)
	defer ticks.Stop()
	for {
		if now, saved := v.saved(); saved {
			if v.checked != nil {
				v.say("\nSaved.")
			}
			v.checked = now
			if err := v.checkNow(ctx); err != nil {
				return false, err
			}
		}
		select {
		case <-ctx.Done():
			return true, nil
		case <-ticks.C:
			p, err := v.progress()
			if moved := err == nil && p.At != v.step.Name; moved || err != nil { // moved by a command elsewhere
				return false, err
			}
		case key, more := <-v.keys:
			if !more || key == "q" {
				v.say("\nSee you. What you wrote stays in %s.\n", v.shown())
				return true, nil
			}
			if moved, err := v.press(ctx, key); moved || err != nil {
				return false, err
			}
		}
	}
}

// saved returns the file of the step, and whether it was saved since the last check. While an editor
// replaces a file, there may be none.
func (v *visit) saved() (now fs.FileInfo, saved bool) {
	now, err := os.Stat(v.path(v.step.Name, v.step.File))
	return now, err == nil && !sameSave(v.checked, now)
}

// sameSave reports whether a file was not saved in between.
func sameSave(a, b fs.FileInfo) bool {
	return a != nil && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && os.SameFile(a, b)
}

// checkNow checks the step. If the participant saves meanwhile, that check has no verdict.
func (v *visit) checkNow(ctx context.Context) error {
	v.say("\nChecking …\n")
	checking, stop := v.untilSaved(ctx)
	verdict, took, err := v.examine(checking, v.step, v.env)
	stop()
	if err != nil && errors.Is(context.Cause(checking), errSavedMeanwhile) {
		return nil
	}
	if err == nil {
		v.green, err = v.conclude(ctx, v.step, verdict, took)
	}
	if err == nil {
		v.prompt()
	}
	return err
}

// untilSaved returns a context that ends when the participant saves. Until it is stopped, it says from
// time to time that the check goes on. Nothing else may be said meanwhile.
func (v *visit) untilSaved(ctx context.Context) (checking context.Context, stop func()) {
	checking, cancel := context.WithCancelCause(ctx)
	var looking sync.WaitGroup
	looking.Go(func() {
		looks, says := time.NewTicker(lookEvery), time.NewTimer(sayAfter)
		defer looks.Stop()
		defer says.Stop()
		for wait := sayAfter; ; {
			select {
			case <-checking.Done():
				return
			case <-says.C:
				v.say("It still runs. You can save again, and the check begins anew.\n")
				wait *= 2
				says.Reset(wait)
			case <-looks.C:
				if _, saved := v.saved(); saved {
					cancel(errSavedMeanwhile)
				}
			}
		}
	})
	return checking, func() {
		cancel(nil)
		looking.Wait()
	}
}

func (v *visit) prompt() {
	enter := "check again"
	if v.green {
		enter = "next step"
	}
	v.say("\n[Enter] %s   h hint   s solution   see   l list   r reset   go N   q leave\n", enter)
}

// press does what a key asks for, and reports whether another step is worked on now.
func (v *visit) press(ctx context.Context, key string) (moved bool, err error) {
	switch word, rest, _ := strings.Cut(key, " "); word {
	case "":
		return v.enter(ctx)
	case "h":
		err = v.hint(v.step)
	case "s":
		v.say("\n%s", v.step.Solved())
	case "see":
		if err := v.see(ctx, v.step); err != nil {
			v.say("\n%v\n", err)
		}
	case "l":
		err = v.list()
	case "r":
		return true, v.reset(v.step)
	case "go":
		step, err := v.find(strings.TrimSpace(rest))
		if err == nil {
			return true, v.goTo(step)
		}
		v.say("\n%v\n", err)
	default:
		v.say("\nThe workshop does not know %q.\n", key)
	}
	v.prompt()
	return false, err
}

// enter goes on when the step is green, and checks it again when it is not.
func (v *visit) enter(ctx context.Context) (moved bool, err error) {
	if !v.green {
		return false, v.checkNow(ctx)
	}
	next, ok, err := v.after(v.step)
	if err != nil {
		return false, err
	}
	if ok {
		return true, v.goTo(next)
	}
	if err := v.finish(); err != nil {
		return false, err
	}
	v.prompt()
	return false, nil
}

// help says which commands there are.
const help = `go run ./workshop              watch what you save, and say how it stands
go run ./workshop list         the steps, and where you are
go run ./workshop check [N]    check a step once; the exit code is 0 if it is green
go run ./workshop hint [N]     the next hint
go run ./workshop solution [N] one way to write it
go run ./workshop see [N]      let what you wrote race in the running application
go run ./workshop reset [N]    begin a step anew; what you had is kept beside it
go run ./workshop go N         to another step; no step is locked
go run ./workshop room ADDRESS enter the room of a group; "room leave" leaves it
go run ./workshop warm         build and fetch everything, for a room without a network
`

func unknownCommand(word string) error {
	return fmt.Errorf("there is no command %q. The commands are:\n\n%s", word, help)
}
