//go:build linux || darwin

// Package memdir makes directories for the servers of tests: in memory if there is plenty of
// it, where a commit does not wait for a disk. What a test writes there survives the end of
// any process, as on a disk. Only tests import this package.
package memdir

import (
	"os"
	"syscall"
)

// Make makes a new directory, and the caller removes it. It can be entered by everybody: root
// runs PostgreSQL as another user. testing.T.TempDir can't be entered by that user.
func Make(prefix string) (string, error) {
	const memory, plenty = "/dev/shm", 2 << 30
	base := ""
	if free(memory) > plenty {
		base = memory
	}
	dir, err := os.MkdirTemp(base, prefix)
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}

// free returns how many bytes fit into a directory, and 0 if there is none.
func free(dir string) uint64 {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return 0
	}
	return uint64(disk.Bavail) * uint64(disk.Bsize) //nolint:unconvert // their types differ between Linux and macOS
}
