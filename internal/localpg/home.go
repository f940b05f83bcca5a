//go:build linux || darwin

package localpg

import (
	"cmp"
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
//	lock          marks the directory as ours; locked while a server is started, joined or left
//	users         locked, shared, by every process that uses the server
//	leash, pulse  the FIFOs
//	keeper.sh     what waits for the end of the leash
//	service       what pgx reads instead of the service that PGSERVICE names
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

// openHome finds or makes the directory that the configuration names, and gives it to the
// server's account.
func openHome(cfg Config) (*home, error) {
	dir, err := homeDir(cfg)
	if err != nil {
		return nil, err
	}
	opened, err := openDir(dir)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	h := &home{dir: dir, root: root, socketDir: socketDirFor(dir), ephemeral: cfg.Ephemeral}
	if err := h.takeOver(opened); err != nil {
		root.Close()
		return nil, err
	}
	return h, nil
}

// takeOver looks at the opened directory of h, gives it to the server's account, and marks
// it. It does so through descriptors, so a link in its place is not followed.
func (h *home) takeOver(opened *os.File) error {
	info, err := opened.Stat()
	if err != nil {
		return err
	}
	if same, err := h.root.Stat("."); err != nil || !os.SameFile(same, info) {
		return cmp.Or(err, fmt.Errorf("%s was replaced while it was opened", h.dir))
	}
	if h.account, err = accountFor(info); err != nil {
		return err
	}
	if err := h.refuseStrange(opened); err != nil {
		return err
	}
	if err := h.account.own(opened); err != nil {
		return err
	}
	if err := h.account.checkAccess(h.dir); err != nil {
		return err
	}
	return h.leaveMark()
}

// openDir opens a directory, and no link to one.
func openDir(dir string) (*os.File, error) {
	return os.OpenFile(dir, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
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
	if os.Geteuid() != 0 {
		return makeDir(dir)
	}
	account, err := newcomer()
	if err != nil {
		return "", err
	}
	w := way{trusted: []int{0}, makers: []int{0, account.uid}} // of what root has given it before
	if info, err := os.Stat(dir); err == nil {
		w.trusted = append(w.trusted, ownerOf(info)) // root uses what this user has made
	}
	return w.follow(dir)
}

// makeDir is for a user who is not root, and gives nothing away: it makes what is missing of
// a directory, wherever that user may, and returns its path without links.
func makeDir(dir string) (string, error) {
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

func (h *home) path(name string) string { return filepath.Join(h.dir, name) }

// open opens a file of the server's account, and makes it if need be. The account may have
// put something else there, such as a second name of a file that isn't its own.
func (h *home) open(name string, flag int) (*os.File, error) {
	f, err := h.root.OpenFile(name, flag|os.O_CREATE|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && (!info.Mode().IsRegular() || info.Sys().(*syscall.Stat_t).Nlink > 1) {
		err = fmt.Errorf("%s should be a file with one name: remove it", h.path(name))
	}
	if err == nil {
		err = h.account.own(f)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
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
	f, err := h.open(name, os.O_WRONLY|os.O_EXCL)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Close())
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
	dir, err := openDir(h.socketDir)
	if err != nil {
		return fmt.Errorf("%w: the socket needs a directory there", err)
	}
	defer dir.Close()
	info, err := dir.Stat()
	if err != nil {
		return err
	}
	if info.Mode().Perm() != 0o700 || h.account.own(dir) != nil {
		return fmt.Errorf("%s should be a directory that only the server's user can enter: remove it", h.socketDir)
	}
	return nil
}
