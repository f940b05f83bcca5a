//go:build unix

// Package debian installs programs that tests need, where a test may: as root on Debian.
// Only tests import it.
package debian

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"go-crablet/internal/childenv"
)

// FindOrInstall returns the path that find returns. If find fails, and this is root on
// Debian, it installs packages and looks once more. An error is that of find, and of the
// installation if there was one.
//
// It looks and installs under one lock, because a program that another test process is
// just unpacking looks as if it were ready.
func FindOrInstall(find func() (string, error), packages ...string) (string, error) {
	if !mayInstall() {
		return find()
	}
	lock, err := os.Open("/var/lib/dpkg")
	if err != nil {
		return "", fmt.Errorf("lock the installation of packages: %w", err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", fmt.Errorf("lock the installation of packages: %w", err)
	}

	path, missing := find()
	if missing == nil {
		return path, nil
	}
	for _, args := range [][]string{
		{"update"},
		append([]string{"install", "--yes", "--no-install-recommends"}, packages...),
	} {
		if err := aptGet(args...); err != nil {
			return "", fmt.Errorf("%w\n%w", missing, err)
		}
	}
	return find()
}

// mayInstall reports whether this is root on Debian: a container or a machine
// made for running tests.
func mayInstall() bool {
	_, err := os.Stat("/etc/debian_version")
	return err == nil && os.Geteuid() == 0
}

func aptGet(args ...string) error {
	cmd := exec.Command("apt-get", append([]string{"-q", "-o", "DPkg::Lock::Timeout=300"}, args...)...)
	cmd.Env = append(environment(), "DEBIAN_FRONTEND=noninteractive")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get %s: %w\n%s", args[0], err, out)
	}
	return nil
}

// environment returns what of our own environment apt-get and the scripts of packages need.
func environment() []string {
	return childenv.Only(append([]string{"HOME", "TMPDIR", "APT_CONFIG"}, childenv.Proxies...)...)
}
