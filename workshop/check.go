package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go-crablet/internal/localpg"
	"go-crablet/workshop/steps"
)

// errRed is the error of a check that found the step red.
var errRed = errors.New("the step is not green yet")

// check runs the test of a step, says how it ended, and returns whether it is green. env is more
// environment for the test.
func (d *desk) check(ctx context.Context, step steps.Step, env []string) (green bool, err error) {
	if err := d.lay(step); err != nil {
		return false, err
	}
	began := time.Now()
	verdicts, err := judge(ctx, d.root, env, "./"+d.shown(step.Name))
	if err != nil {
		return false, err
	}
	v := verdicts["go-crablet/"+d.shown(step.Name)]
	if v == nil {
		return false, fmt.Errorf("go test said nothing about %s", d.shown(step.Name))
	}
	d.report(step, v, time.Since(began))
	_, err = d.change(func(p *progress) {
		if r := p.of(step.Name); v.green() && r.Green.IsZero() {
			r.Green = time.Now()
		}
	})
	if err == nil && v.green() {
		d.say("Your steps, and what there is to see about each: %s\n", d.page(step))
	}
	d.tellRoom(ctx, step, v)
	return v.green(), err
}

// checkOnce is check for a command, which tells by its exit code how the check ended.
func (d *desk) checkOnce(ctx context.Context, step steps.Step) error {
	green, err := d.check(ctx, step, nil)
	if err == nil && !green {
		return errRed
	}
	return err
}

// warm does everything once that takes long, or needs a network.
func (d *desk) warm(ctx context.Context) error {
	d.say("Building the tests of all steps …\n")
	verdicts, err := judge(ctx, d.root, nil, "-run=^$", "./workshop/steps/...")
	if err != nil {
		return err
	}
	for path, v := range verdicts {
		if v.broken != "" {
			return fmt.Errorf("%s does not compile:\n%s", path, v.broken)
		}
	}
	d.say("Starting PostgreSQL once …\n")
	server, err := startServer(ctx)
	if err != nil {
		return err
	}
	d.say("Ready. The workshop needs no network from now on.\n")
	return server.Close()
}

func startServer(ctx context.Context) (*localpg.Server, error) {
	return localpg.Start(ctx, localpg.Config{Ephemeral: true})
}
