package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"go-crablet/workshop/steps"
)

// lookEvery is how often the workshop looks whether a file was saved.
const lookEvery = 100 * time.Millisecond

// A visit is a participant's stay at one step.
type visit struct {
	*desk
	step  steps.Step
	env   []string // for its test
	keys  <-chan string
	green bool // at the last check
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
	var checked fs.FileInfo
	for {
		if now, err := os.Stat(v.path(v.step.Name, v.step.File)); err == nil && !sameSave(checked, now) {
			if checked != nil {
				v.say("\nSaved.")
			}
			v.say("\nChecking …\n")
			checked = now
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

// sameSave reports whether a file was not saved in between.
func sameSave(a, b fs.FileInfo) bool {
	return a != nil && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && os.SameFile(a, b)
}

func (v *visit) checkNow(ctx context.Context) (err error) {
	v.green, err = v.check(ctx, v.step, v.env)
	if err == nil {
		v.prompt()
	}
	return err
}

func (v *visit) prompt() {
	enter := "check again"
	if v.green {
		enter = "next step"
	}
	v.say("\n[Enter] %s   h hint   s solution   l list   r reset   go N   q leave\n", enter)
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
	if next, ok := v.after(v.step); ok {
		return true, v.goTo(next)
	}
	return false, v.finish()
}

// help says which commands there are.
const help = `go run ./workshop              watch what you save, and say how it stands
go run ./workshop list         the steps, and where you are
go run ./workshop check [N]    check a step once; the exit code is 0 if it is green
go run ./workshop hint [N]     the next hint
go run ./workshop solution [N] one way to write it
go run ./workshop reset [N]    begin a step anew; what you had is kept beside it
go run ./workshop go N         to another step; no step is locked
go run ./workshop room ADDRESS enter the room of a group; "room leave" leaves it
go run ./workshop warm         build and fetch everything, for a room without a network
`

func unknownCommand(word string) error {
	return fmt.Errorf("there is no command %q. The commands are:\n\n%s", word, help)
}
