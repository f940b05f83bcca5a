//go:build linux || darwin

package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Programs are PostgreSQL's own, for tests that run several servers and stop them in
// ways that a [Server] exists to prevent.
type Programs struct {
	// Dir is new, and belongs to the account that runs the programs. It is in memory if the
	// machine has plenty. The caller removes it.
	Dir string

	// Lock is held for as long as somebody uses Dir: a process that outlives the caller
	// inherits it, or Dir is swept away. The caller closes it.
	Lock *os.File

	bin     string
	account account
}

// FindPrograms looks for an installed PostgreSQL of a major version, or of any if that is 0,
// and downloads it if there is none, as [Start] does for a throw-away server.
func FindPrograms(ctx context.Context, major int) (*Programs, error) {
	cfg, err := Config{Ephemeral: true, Major: major}.withDefaults()
	if err != nil {
		return nil, err
	}
	h, err := openHome(cfg)
	if err != nil {
		return nil, fmt.Errorf("find PostgreSQL: %w", err)
	}
	defer h.root.Close()
	lock, err := h.announce(ctx)
	if err == nil {
		err = h.leaveService()
	}
	bin := ""
	if err == nil {
		bin, err = (&Server{cfg: cfg, home: h}).findOrDownload(ctx, 0)
	}
	if err != nil {
		lock.Close()
		return nil, fmt.Errorf("find PostgreSQL: %w", errors.Join(err, os.RemoveAll(h.dir)))
	}
	return &Programs{Dir: h.dir, Lock: lock, bin: bin, account: h.account}, nil
}

// Command returns a command that runs one of the programs that every PostgreSQL has,
// which are initdb and postgres. It runs as the owner of Dir.
func (p *Programs) Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	return p.account.command(ctx, filepath.Join(p.bin, program), args...)
}

// Shell returns a command that runs a shell script as the owner of Dir.
func (p *Programs) Shell(ctx context.Context, script string, args ...string) *exec.Cmd {
	return p.account.command(ctx, "/bin/sh", append([]string{"-c", script, "sh"}, args...)...)
}

// URL returns the URL of a server that the programs run, so that it leads there for pgx
// whatever the environment says.
func (p *Programs) URL(databaseURL string) string { return withoutEnvironment(databaseURL, p.Dir) }
