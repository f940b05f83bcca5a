//go:build linux || darwin

package localpg

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// initdb makes the data directory. Each attempt has a name of its own, and a data directory
// that has its name is complete. The keeper runs it, so that it ends with us. The caller has
// the lock, and has seen that nothing of an earlier attempt is left but files.
func (h *home) initdb(ctx context.Context, bin string) error {
	if err := h.removeAttempts(); err != nil {
		return fmt.Errorf("remove what an interrupted initdb left: %w", err)
	}
	attempt := attemptPrefix + rand.Text()[:8]
	makeData := h.initdbForNamed
	if h.account.switched && h.account.name == "" {
		makeData = h.initdbForUnnamed
	}
	if err := makeData(ctx, bin, attempt); err != nil {
		return fmt.Errorf("make a new database: %w", err)
	}
	return errors.Join(h.root.Rename(attempt, "data"), h.sync())
}

// initdbForNamed makes data for an account that has a name. initdb asks for one.
func (h *home) initdbForNamed(ctx context.Context, bin, name string) error {
	args := []string{
		filepath.Join(bin, "initdb"),
		"--pgdata=" + h.path(name),
		"--username=" + superuser,
		"--auth=trust", // the directory of the socket is the door
		"--encoding=UTF8",
		"--locale=C", // sorts the same on every machine
		"--no-instructions",
	}
	if h.ephemeral {
		args = append(args, "--no-sync")
	}
	return h.runOnLeash(ctx, args)
}

const attemptPrefix = "data.new."

// removeAttempts removes what attempts left that were cut off. Older versions of the program
// made theirs in data.new.
func (h *home) removeAttempts() error {
	names, err := h.names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if name == "data.new" || strings.HasPrefix(name, attemptPrefix) {
			if err := h.root.RemoveAll(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// runOnLeash runs a program that ends by itself, and no later than we do.
func (h *home) runOnLeash(ctx context.Context, command []string) error {
	run, err := h.run(command)
	if err != nil {
		return err
	}
	defer run.log.Close()
	defer run.release()
	select {
	case <-run.reaped:
	case <-ctx.Done():
		run.release()
		<-run.reaped
		return context.Cause(ctx)
	}
	if run.exit != nil {
		return fmt.Errorf("%w: %s (see %s)", run.exit, h.why(run.complaint()), h.path("log"))
	}
	return nil
}

// why adds to a complaint what a person can do about it.
func (h *home) why(complaint string) string {
	if _, err := user.LookupId(strconv.Itoa(h.account.uid)); err != nil {
		return fmt.Sprintf("%s: user %d has no name on this machine, which initdb asks for: "+
			"add a line for it to /etc/passwd, or run as another user", complaint, h.account.uid)
	}
	return complaint
}
