package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"go-crablet/workshop/steps"
)

// longestRace is how long the race of a participant may take.
const longestRace = 30 * time.Second

// see lets the participant's code of a step race, and says where the running application shows it.
func (d *desk) see(ctx context.Context, step steps.Step) error {
	if step.See == "" {
		return fmt.Errorf("step %d has no race of its own. %s", numberOf(step), step.SeeIt)
	}
	if err := d.lay(step); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "workshop-see-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	d.say("\nBuilding a race around %s …\n", d.shown(step.Name, step.File))
	program, err := d.buildRace(ctx, step, dir)
	if err != nil {
		return err
	}
	said, err := runRace(ctx, program)
	if err != nil {
		return err
	}
	d.say("\n%s\nWhat to look at:\n%s\n", said, step.SeeIt)
	return nil
}

// buildRace builds the program in which the participant's code races. Its source is in an overlay
// only, so nothing of it lies on the desk.
func (d *desk) buildRace(ctx context.Context, step steps.Step, dir string) (program string, err error) {
	folder := d.shown(step.Name)
	source, overlay := filepath.Join(dir, "main.go"), filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(source, []byte(step.SeeOf(folder)), 0o600); err != nil {
		return "", err
	}
	root, err := filepath.Abs(d.root)
	if err != nil {
		return "", err
	}
	inModule := filepath.Join(root, filepath.FromSlash(folder), "see", "main.go")
	encoded, err := json.Marshal(map[string]any{"Replace": map[string]string{inModule: source}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(overlay, encoded, 0o600); err != nil {
		return "", err
	}
	program = filepath.Join(dir, "see")
	build := exec.CommandContext(ctx, "go", "build", "-ldflags=-s -w", "-overlay", overlay, "-o", program, "./"+folder+"/see") // -s -w links faster
	build.Dir = root
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("it does not compile yet. The compiler says:\n\n%s", indented(string(said), "  "))
	}
	return program, nil
}

// runRace runs the program, and returns what it says.
func runRace(ctx context.Context, program string) (said string, err error) {
	brief, cancel := context.WithTimeout(ctx, longestRace)
	defer cancel()
	race := exec.CommandContext(brief, program)
	var out, errs bytes.Buffer
	race.Stdout, race.Stderr = &out, &errs
	err = race.Run()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case brief.Err() != nil:
		return "", fmt.Errorf("the race did not end within %s. Something waits for what never comes", longestRace)
	case err != nil:
		return "", errors.New(strings.TrimSpace(errs.String()))
	}
	return strings.TrimSpace(out.String()), nil
}
