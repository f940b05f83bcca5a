//go:build linux || darwin

package localpg

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// throwawayPrefix begins the names of directories for throw-away servers.
const throwawayPrefix = "go-crablet-"

func throwawayPlaces() []string { return []string{"/dev/shm", os.TempDir(), "/tmp"} }

// makeEphemeralDir makes a new directory for a server that is thrown away, in
// memory if there is plenty: copying a database then takes 8 ms, where a slow disk
// took 300. Root needs a place that the server's account can reach, too, and the
// TMPDIR of root may be in /root.
func makeEphemeralDir() (dir string, err error) {
	for _, base := range throwawayPlaces() {
		if base == "/dev/shm" && freeSpace(base) < 1<<30 {
			continue
		}
		if dir, err = os.MkdirTemp(base, throwawayPrefix); err != nil {
			continue
		}
		if err = os.Chmod(dir, 0o700); err != nil { // whatever the umask
			return "", err
		}
		var account account
		if account, err = accountToBe(); err != nil {
			return "", err
		}
		if err = account.checkAccess(base); err == nil {
			return dir, nil
		}
		if err := os.Remove(dir); err != nil {
			return "", err
		}
	}
	return "", err
}

// freeSpace returns how many bytes fit into a directory, and 0 if there is none.
func freeSpace(dir string) uint64 {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return 0
	}
	return uint64(disk.Bavail) * uint64(disk.Bsize) //nolint:unconvert // their types differ between Linux and macOS
}

// sweep removes what is left of throw-away servers that were killed together with their
// keepers: up to 70 MB each, in memory.
func sweep(ctx context.Context) {
	for _, place := range throwawayPlaces() {
		dirs, _ := filepath.Glob(filepath.Join(place, throwawayPrefix+"*")) // this is a pattern
		for _, dir := range dirs {
			sweepDir(ctx, dir)
		}
	}
}

// sweepFrom is how old a directory is that may be swept. A younger one may belong to
// somebody who has not come to lock it yet.
const sweepFrom = time.Minute

// sweepDir removes a directory if it is ours, and nobody uses it. What can't be removed is
// left to others, or to the next time.
func sweepDir(ctx context.Context, dir string) {
	opened, err := openDir(dir)
	if err != nil {
		return
	}
	defer opened.Close()
	info, err := opened.Stat()
	if err != nil || time.Since(info.ModTime()) < sweepFrom || os.Geteuid() != 0 && ownerOf(info) != os.Geteuid() {
		return
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return
	}
	defer root.Close()
	account, err := accountFor(info)
	if err != nil {
		return
	}
	h := &home{dir: dir, root: root, socketDir: socketDirFor(dir), account: account, log: quiet}
	if content, err := root.ReadFile("lock"); err != nil || string(content) != mark {
		return
	}
	users, err := h.open("users", os.O_RDWR)
	if err != nil {
		return
	}
	defer users.Close()
	if !lastUser(users) {
		return
	}
	file, _ := h.readPIDFile()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := h.settle(ctx); err != nil {
		return
	}
	if _, id, ok := strings.Cut(strings.Join(strings.Fields(file.segment), " "), " "); ok {
		_ = account.command(ctx, "/bin/sh", "-c", `ipcrm -m "$1" 2>/dev/null`, "sh", id).Run() // or it was gone already
	}
	os.RemoveAll(dir)
}
