//go:build linux || darwin

package localpg

import (
	"context"
	"fmt"
	"path/filepath"
)

// initdb makes the data directory. It does so under another name: a data
// directory that has its name is complete. The caller has the lock.
func (h *home) initdb(ctx context.Context, bin string) error {
	if err := h.root.RemoveAll("data.new"); err != nil {
		return fmt.Errorf("remove what an interrupted initdb left: %w", err)
	}
	args := []string{
		"--pgdata=" + h.path("data.new"),
		"--username=" + superuser,
		"--auth=trust", // the directory of the socket is the door
		"--encoding=UTF8",
		"--locale=C", // sorts the same on every machine
		"--no-instructions",
	}
	if h.ephemeral {
		args = append(args, "--no-sync")
	}
	cmd := h.account.command(ctx, filepath.Join(bin, "initdb"), args...)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make a new database: %w: %s", err, lastLines(string(output)))
	}
	return h.root.Rename("data.new", "data")
}
