package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// mountsEnv says that this process may mount what it likes: nobody else sees it.
const mountsEnv = "SOAK_OWN_MOUNTS"

// inOwnMounts runs the program once more, with mounts of its own, which the system removes when
// that program ends. ran is false in that second program, and if the system does not allow it
// such mounts.
func inOwnMounts(args []string, stdout, stderr io.Writer) (ran bool, err error) {
	if os.Getenv(mountsEnv) != "" || os.Geteuid() != 0 {
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

// A disk is a file system in memory that can be filled.
type disk struct {
	dir  string
	size int64
}

// newDisk mounts a file system with room for so many decisions.
func newDisk(dir string, decisions int) (*disk, error) {
	if os.Getenv(mountsEnv) == "" {
		return nil, fmt.Errorf("only root may mount a file system of its own")
	}
	const forDecision = 16 << 10
	d := &disk{dir, 2<<30 + int64(decisions)*forDecision}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, d.sized(d.size)); err != nil {
		os.Remove(dir)
		return nil, fmt.Errorf("mount a file system: %w", err)
	}
	return d, nil
}

// sized returns the option of a mount of some size.
func (d *disk) sized(size int64) string { return "mode=755,size=" + strconv.FormatInt(size, 10) }

// fill leaves no room: it makes the file system as small as what is in it.
func (d *disk) fill() error {
	var is syscall.Statfs_t
	if err := syscall.Statfs(d.dir, &is); err != nil {
		return err
	}
	const slack = 16 // blocks; the database grows meanwhile
	used := int64(is.Blocks-is.Bfree+slack) * is.Bsize
	return syscall.Mount("tmpfs", d.dir, "tmpfs", syscall.MS_REMOUNT, d.sized(used))
}

// free makes room again.
func (d *disk) free() error {
	return syscall.Mount("tmpfs", d.dir, "tmpfs", syscall.MS_REMOUNT, d.sized(d.size))
}

// remove removes the file system, and all that is in it.
func (d *disk) remove() {
	_ = syscall.Unmount(filepath.Clean(d.dir), syscall.MNT_DETACH)
	os.Remove(d.dir)
}
