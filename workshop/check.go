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

// examine runs the test of a step, and says nothing. env is more environment for the test. It returns
// the verdict and how long it took.
func (d *desk) examine(ctx context.Context, step steps.Step, env []string) (*verdict, time.Duration, error) {
	if err := d.lay(step); err != nil {
		return nil, 0, err
	}
	began := time.Now()
	verdicts, err := judge(ctx, d.root, env, "./"+d.shown(step.Name))
	if err != nil {
		return nil, 0, err
	}
	v := verdicts["go-crablet/"+d.shown(step.Name)]
	if v == nil {
		return nil, 0, fmt.Errorf("go test said nothing about %s", d.shown(step.Name))
	}
	return v, time.Since(began), nil
}

// conclude says how a check of a step ended, notes it, tells the room, and returns whether the step is green.
func (d *desk) conclude(ctx context.Context, step steps.Step, v *verdict, took time.Duration) (green bool, err error) {
	d.report(step, v, took)
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
	v, took, err := d.examine(ctx, step, nil)
	if err != nil {
		return err
	}
	green, err := d.conclude(ctx, step, v, took)
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
