package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// mountsEnv says that this process may mount what it likes: nobody else sees it.
const mountsEnv = "SOAK_OWN_MOUNTS"

// inOwnMounts runs the program once more, with mounts of its own, which the system removes when
// that program ends. ran is false in that second program, and if the system does not allow it
// such mounts.
func inOwnMounts(args []string, stdout, stderr io.Writer) (ran bool, err error) {
	if hasOwnMounts() || os.Geteuid() != 0 {
		return false, nil
	}
	program, err := os.Executable()
	if err != nil {
		return false, err
	}
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), mountsEnv+"=yes")
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGTERM}
	if cmd.Start() != nil {
		return false, nil
	}
	if err := cmd.Wait(); err != nil {
		return true, fmt.Errorf("it ended: %w", err)
	}
	return true, nil
}

// hasOwnMounts reports whether this process is that second program.
func hasOwnMounts() bool { return os.Getenv(mountsEnv) != "" }
