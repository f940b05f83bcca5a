//go:build linux || darwin

package localpg

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// mark is the content of the file "lock", which says that a directory is ours.
const mark = "The private PostgreSQL of go-crablet lives in this directory.\n"

// ours lists what is in a home, as patterns. Homes that were made before there was a mark
// are known by holding nothing else.
var ours = []string{
	"data", "data.new", "data.new.*", "run", "socket", "log", "lock", "lock.by", "users", "place-*",
	"leash", "pulse", "knock", "keeper.sh", "service", "download.lock", "download.lock.by", "download.tgz", "postgresql-*",
}

// refuseStrange fails if the directory is used for something else: a slip of the
// keyboard must not hand /etc to the server's account.
func (h *home) refuseStrange(dir *os.File) error {
	entries, err := dir.Readdirnames(-1)
	if err != nil || len(entries) == 0 {
		return err
	}
	strange := fmt.Errorf("%s holds other files: choose a directory that is empty or new", h.dir)
	info, err := h.root.Lstat("lock")
	if errors.Is(err, fs.ErrNotExist) {
		return strange
	}
	if err != nil {
		return err
	}
	rightful := ownerOf(info) == h.account.uid || h.account.switched && ownerOf(info) == 0
	if !info.Mode().IsRegular() || !rightful {
		return strange
	}
	if info.Size() == 0 && h.hasOnlyOurs(entries) {
		return nil
	}
	if info.Size() != int64(len(mark)) {
		return strange
	}
	content, err := h.root.ReadFile("lock")
	if err == nil && string(content) != mark {
		err = strange
	}
	return err
}

func (h *home) hasOnlyOurs(entries []string) bool {
	for _, entry := range entries {
		known := false
		for _, pattern := range ours {
			matches, _ := path.Match(pattern, entry)
			known = known || matches
		}
		if !known {
			return false
		}
	}
	return true
}

// leaveMark marks the directory as ours. Several processes may do so at once: they write
// the same.
func (h *home) leaveMark() error {
	lock, err := h.open("lock", os.O_RDWR)
	if err != nil {
		return err
	}
	defer lock.Close()
	if _, err := io.WriteString(lock, mark); err != nil {
		return fmt.Errorf("mark the directory: %w", err)
	}
	return lock.Close()
}
