//go:build linux || darwin

package localpg

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

//go:embed keeper.sh
var keeper string

// launch starts a keeper with a server, and waits until that is ready. The caller
// has the lock, and has seen that nothing is left of an earlier one.
func (h *home) launch(ctx context.Context, bin string) (*hold, error) {
	if err := errors.Join(h.makeSocketDir(), h.tellSocketDir()); err != nil {
		return nil, err
	}
	server, err := h.run(h.postgres(bin))
	if err != nil {
		return nil, err
	}
	defer server.log.Close()
	if err := h.waitReady(ctx, server.hold); err != nil {
		server.release()
		if errors.Is(err, errEnded) {
			return nil, fmt.Errorf("%w: %s (see %s)", err, server.complaint(), h.path("log"))
		}
		return nil, err
	}
	return server.hold, nil
}

// A program was started on a leash, and writes to the log.
type program struct {
	*hold
	log   *os.File
	start int64 // where it began to write
}

// run starts a program on a leash. The caller closes its log.
func (h *home) run(command []string) (*program, error) {
	log, err := h.openLog()
	if err != nil {
		return nil, err
	}
	start, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	hold, err := h.startKeeper(command, log)
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return &program{hold, log, start}, nil
}

func (p *program) complaint() string { return complaint(p.log, p.start) }

// maxConnections is enough for each of as many programs as have a place, and then some.
const maxConnections = 20 * places

// postgres returns the command that starts the server. All settings are on the
// command line, so no file has to be edited, and a newer program brings its own.
func (h *home) postgres(bin string) []string {
	settings := []string{
		"listen_addresses=",
		"max_connections=" + strconv.Itoa(maxConnections),
		// A list of names, so a name with odd characters goes in quotes.
		`unix_socket_directories="` + strings.ReplaceAll(h.socketDir, `"`, `""`) + `"`,
		"unix_socket_permissions=0700",
		"logging_collector=off",
		"log_destination=stderr",
		// In files of the data: /dev/shm may be missing or small, and keeps what a killed
		// server leaves there.
		"dynamic_shared_memory_type=mmap",
	}
	if h.ephemeral {
		// Only what a power cut makes a difference to. synchronous_commit=off
		// would lose commits on kill -9, and tests that kill rely on them.
		settings = append(settings, "fsync=off")
	}
	command := []string{filepath.Join(bin, "postgres"), "-D", h.path("data"), "-p", port}
	for _, s := range settings {
		command = append(command, "-c", s)
	}
	return command
}

// startKeeper puts a new server on a new leash. The leash is held from before the
// keeper starts, so it is never without a holder.
func (h *home) startKeeper(command []string, log *os.File) (*hold, error) {
	if err := h.replace("keeper.sh", keeper); err != nil {
		return nil, err
	}
	leashRead, leashWrite, err := h.makeFIFO("leash")
	if err != nil {
		return nil, err
	}
	theirLeash := inheritable(leashRead)
	defer theirLeash.Close()
	pulseRead, pulseWrite, err := h.makeFIFO("pulse")
	if err != nil {
		syscall.Close(leashWrite)
		return nil, err
	}
	theirPulse := inheritable(pulseWrite)
	defer theirPulse.Close()
	hold := &hold{leash: leashWrite, pulse: pulseRead}

	remove := ""
	if h.ephemeral {
		remove = h.dir
	}
	cmd := h.account.command(context.Background(), "/bin/sh", append([]string{"keeper.sh", remove}, command...)...)
	cmd.Dir = h.dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr.Setsid = true // Ctrl-C in the terminal is for us, not for the server
	cmd.ExtraFiles = []*os.File{theirLeash, theirPulse}
	if err := cmd.Start(); err != nil {
		hold.release()
		return nil, fmt.Errorf("start the keeper: %w", err)
	}
	// The keeper may outlive this Server, if others use it; until our process
	// ends, somebody has to wait for it.
	reaped := make(chan struct{})
	hold.reaped = reaped
	go func() {
		hold.exit = cmd.Wait()
		close(reaped)
	}()
	return hold, nil
}

// inheritable makes a descriptor fit for a program that reads it in the usual,
// blocking way.
func inheritable(fd int) *os.File {
	_ = syscall.SetNonblock(fd, false) // of an open descriptor, this cannot fail
	return os.NewFile(uintptr(fd), "fifo")
}

// makeFIFO makes a FIFO and opens both of its ends. One of the same name is left
// to those who still have it open.
func (h *home) makeFIFO(name string) (read, write int, err error) {
	if err := h.remove(name); err != nil {
		return -1, -1, err
	}
	// The account makes it, since there is no way for root to do so through a descriptor.
	cmd := h.account.command(context.Background(), "/bin/sh", "-c", `mkfifo -m 600 "$1"`, "sh", name)
	cmd.Dir = h.dir
	if output, err := cmd.CombinedOutput(); err != nil {
		return -1, -1, fmt.Errorf("make the %s: %w: %s", name, err, lastLines(string(output)))
	}
	if read, err = h.openFIFO(name, syscall.O_RDONLY); err != nil {
		return -1, -1, err
	}
	if write, err = h.openFIFO(name, syscall.O_WRONLY); err != nil {
		syscall.Close(read)
		return -1, -1, err
	}
	return read, write, nil
}
