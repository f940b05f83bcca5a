//go:build linux || darwin

package localpg

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// A home is the directory in which a server lives:
//
//	data/         PostgreSQL's own
//	run/          the socket, unless its path would not do
//	log           what PostgreSQL and its keeper say
//	lock          locked while a server is started, joined or left
//	users         locked, shared, by every process that uses the server
//	leash, pulse  the FIFOs
//	keeper.sh     what waits for the end of the leash
//	postgresql-*  downloaded programs
//
// It belongs to the account that runs the server. Files in it are reached through
// an os.Root, so that this account can't lead root astray with a symlink.
type home struct {
	dir       string
	root      *os.Root
	socketDir string
	account   account
	ephemeral bool
}

// openHome finds or makes the directory that the configuration names.
func openHome(cfg Config) (*home, error) {
	dir, err := homeDir(cfg)
	if err != nil {
		return nil, err
	}
	if err := refuseStrange(dir); err != nil {
		return nil, err
	}
	account, err := accountFor(dir)
	if err != nil {
		return nil, err
	}
	if err := account.own(dir); err != nil {
		return nil, err
	}
	if err := account.checkAccess(dir); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	h := &home{dir: dir, root: root, socketDir: socketDirFor(dir), account: account, ephemeral: cfg.Ephemeral}
	lock, err := h.open("lock", os.O_RDWR) // marks the directory as ours
	if err != nil {
		return nil, err
	}
	return h, lock.Close()
}

// homeDir makes the directory and returns its one true path, so that all who use
// it agree on what follows from the path.
func homeDir(cfg Config) (dir string, err error) {
	switch {
	case cfg.Ephemeral:
		if dir, err = makeEphemeralDir(); err != nil {
			return "", err
		}
	case cfg.Dir != "":
		dir = cfg.Dir
	default:
		if dir, err = DefaultDir(); err != nil {
			return "", err
		}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

// makeEphemeralDir makes a new directory for a server that is thrown away, in
// memory if there is plenty: copying a database then takes 8 ms, where a slow disk
// took 300. Root needs a place that the server's account can reach, too, and the
// TMPDIR of root may be in /root.
func makeEphemeralDir() (dir string, err error) {
	for _, base := range []string{"/dev/shm", os.TempDir(), "/tmp"} {
		if base == "/dev/shm" && freeSpace(base) < 1<<30 {
			continue
		}
		if dir, err = os.MkdirTemp(base, "go-crablet-"); err != nil {
			continue
		}
		var account account
		if account, err = accountFor(dir); err != nil {
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

// refuseStrange fails if a directory is used for something else: a slip of the
// keyboard must not hand /etc to the server's account.
func refuseStrange(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		return err
	}
	if _, err := os.Lstat(filepath.Join(dir, "lock")); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s holds other files: choose a directory that is empty or new", dir)
	}
	return nil
}

func (h *home) path(name string) string { return filepath.Join(h.dir, name) }

// open opens a file of the server's account, and makes it if need be.
func (h *home) open(name string, flag int) (*os.File, error) {
	f, err := h.root.OpenFile(name, flag|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return f, h.give(name)
}

// give makes something in the directory the server account's own.
func (h *home) give(name string) error {
	if !h.account.switched {
		return nil
	}
	return h.root.Lchown(name, h.account.uid, h.account.gid)
}

// remove removes a file, if it is there.
func (h *home) remove(name string) error {
	if err := h.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// replace makes a new file of that name. Whoever still reads the old one, as a
// shell does with its script, goes on with that.
func (h *home) replace(name, content string) error {
	if err := h.remove(name); err != nil {
		return err
	}
	if err := h.root.WriteFile(name, []byte(content), 0o600); err != nil {
		return err
	}
	return h.give(name)
}

// lock waits for one of the directory's locks and returns what unlocks it.
func (h *home) lock(ctx context.Context, name string) (unlock func() error, err error) {
	f, err := h.open(name, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	if err := lockFile(ctx, f, syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, err
	}
	return f.Close, nil
}

// announce makes this process a user, until it closes the file.
func (h *home) announce(ctx context.Context) (*os.File, error) {
	f, err := h.open("users", os.O_RDWR)
	if err != nil {
		return nil, err
	}
	if err := lockFile(ctx, f, syscall.LOCK_SH); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// lastUser reports whether nobody else has announced itself. The caller has the
// lock, so nobody can before it is given back.
func lastUser(announced *os.File) bool {
	return syscall.Flock(int(announced.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// maxSocketPath is what fits into the address of a unix socket on macOS. Linux
// has room for four more.
const maxSocketPath = 103

// socketDirFor returns where the socket of the server in dir is: inside, or in a
// directory with a short name if the path would be too long for a socket, or would
// read as two because of a comma. That follows from dir alone, so every user of
// the server finds it.
func socketDirFor(dir string) string {
	inside := filepath.Join(dir, "run")
	if len(filepath.Join(inside, ".s.PGSQL."+port)) <= maxSocketPath && !strings.Contains(inside, ",") {
		return inside
	}
	return filepath.Join("/tmp", fmt.Sprintf("go-crablet-%x", sha256.Sum256([]byte(dir)))[:24])
}

// makeSocketDir makes the directory of the socket. In /tmp anybody could have made
// it before, and would then own the socket.
func (h *home) makeSocketDir() error {
	if err := os.Mkdir(h.socketDir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := h.account.own(h.socketDir); err != nil {
		return err
	}
	info, err := os.Lstat(h.socketDir)
	if err != nil {
		return err
	}
	if !info.IsDir() || info.Mode().Perm() != 0o700 || ownerOf(info) != h.account.uid {
		return fmt.Errorf("%s should be a directory that only the server's user can enter: remove it", h.socketDir)
	}
	return nil
}
