// Command workshop leads through the steps of the workshop, from red to green. It puts an exercise into
// the folder mine, runs the test of the step whenever the participant saves, and says what the test saw.
//
//	go run ./workshop
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, ".", "mine", os.Args[1:], os.Stdin, os.Stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run carries out a command for the desk in a folder of the module in root.
func run(ctx context.Context, root, folder string, args []string, in io.Reader, out io.Writer) error {
	d, err := openDesk(root, folder, out)
	if err != nil {
		return err
	}
	command, rest := "watch", args
	if len(args) > 0 {
		command, rest = args[0], args[1:]
	}
	switch command {
	case "room":
		return d.room(ctx, in, rest)
	case "watch", "check":
		d.enterNamedRoom(ctx, in, os.Getenv(roomVariable))
	}
	step, err := d.current()
	if err == nil && len(rest) > 0 {
		step, err = d.find(rest[0])
	}
	if err != nil {
		return err
	}
	switch command {
	case "watch":
		return d.watch(ctx, in)
	case "list":
		return d.list()
	case "check":
		return d.checkOnce(ctx, step)
	case "hint":
		return d.hint(step)
	case "solution":
		d.say("%s", step.Solved())
		return nil
	case "see":
		return d.see(ctx, step)
	case "reset":
		return d.reset(step)
	case "go":
		d.say("You are at %s now. Edit %s.\n", strings.ToLower(called(step)), d.shown(step.Name, step.File))
		return d.goTo(step)
	case "warm":
		return d.warm(ctx)
	case "help", "-h", "--help":
		d.say("%s", help)
		return nil
	}
	return unknownCommand(command)
}
