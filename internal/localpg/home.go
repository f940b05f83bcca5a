//go:build linux || darwin

package localpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// A home is the directory in which a server lives:
//
//	data/         PostgreSQL's own
//	data.new.*    what initdb makes, until it is complete
//	run/          the socket, unless its path would not do
//	socket        where the socket is
//	log           what PostgreSQL and its keeper say
//	lock          marks the directory as ours; locked while a server is started, joined or left
//	lock.by       the process that has the lock, or had it last
//	users         locked, shared, by every process that uses the server
//	place-*       locked by one of them each
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
	log       *slog.Logger
}

// quiet is the log of those who have none.
var quiet = slog.New(slog.DiscardHandler)

// openHome finds or makes the directory that the configuration names, and gives it to the
// server's account.
func openHome(cfg Config) (*home, error) {
	dir, err := homeDir(cfg)
	if err != nil {
		return nil, err
	}
	if len(dir) > maxPath {
		return nil, fmt.Errorf("the path %s has %d bytes, and PostgreSQL can use %d: choose a shorter one", dir, len(dir), maxPath)
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
	h := &home{dir: dir, root: root, socketDir: socketDirFor(dir), ephemeral: cfg.Ephemeral, log: cmp.Or(cfg.Log, quiet)}
	if err := h.takeOver(opened); err != nil {
		if cfg.Ephemeral {
			err = errors.Join(err, os.RemoveAll(dir))
		}
		return nil, errors.Join(err, root.Close())
	}
	return h, nil
}

// maxPath leaves room for the names of the files in a directory. initdb dies of longer paths.
const maxPath = 940

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
		sweep(context.Background())
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
	err := os.Mkdir(dir, 0o700)
	if err == nil {
		err = os.Chmod(dir, 0o700) // whatever the umask
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

func (h *home) path(name string) string { return filepath.Join(h.dir, name) }

// open opens a file of the server's account, and makes it if need be. The account may have
// put something else there, such as a second name of a file that isn't its own.
func (h *home) open(name string, flag int) (*os.File, error) {
	f, err := h.root.OpenFile(name, flag|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	for errors.Is(err, fs.ErrNotExist) {
		if err := h.makeFile(name); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		f, err = h.root.OpenFile(name, flag|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	}
	if failed, ok := errors.AsType[*fs.PathError](err); ok { // which says nothing of the directory
		return nil, &fs.PathError{Op: "open", Path: h.path(name), Err: failed.Err}
	}
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

// makeFile makes an empty file. For root the account does so: a file of root's would shut the
// account out if we were killed before we could give it away.
func (h *home) makeFile(name string) error {
	if h.account.switched {
		cmd := h.account.command(context.Background(), "/bin/sh", "-c", `umask 077 && set -C && : >"$1"`, "sh", name)
		cmd.Dir = h.dir
		output, err := cmd.CombinedOutput()
		if _, exists := h.root.Lstat(name); err != nil && exists == nil {
			return fs.ErrExist
		}
		if err != nil {
			return fmt.Errorf("make %s: %w: %s", h.path(name), err, lastLines(string(output)))
		}
		return nil
	}
	f, err := h.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close()) // whatever the umask
}

// names lists what is in the directory.
func (h *home) names() ([]string, error) {
	dir, err := h.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.Readdirnames(-1)
}

// sync has the names of files outlive a power cut.
func (h *home) sync() error {
	dir, err := h.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
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
	if err := h.makeFile(name); err != nil {
		return err
	}
	f, err := h.open(name, os.O_WRONLY)
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
	defer h.late("another program has the lock, and is waited for: it starts or ends PostgreSQL, or was stopped while it did",
		slog.String("lock", f.Name()), slog.Any("process", holder{h, name}))()
	if err := lockFile(ctx, f, syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, err
	}
	if err := h.sayWho(name); err != nil {
		f.Close()
		return nil, err
	}
	return f.Close, nil
}

// sayWho writes down who has a lock, for those who wait. The caller has it.
func (h *home) sayWho(lock string) error {
	by, err := h.open(lock+".by", os.O_WRONLY|os.O_TRUNC)
	if err != nil {
		return err
	}
	_, err = by.WriteString(strconv.Itoa(os.Getpid()))
	return errors.Join(err, by.Close())
}

// A holder is the process that has a lock, as it is known when it is asked for.
type holder struct {
	*home
	lock string
}

// LogValue implements [slog.LogValuer].
func (h holder) LogValue() slog.Value {
	content, err := h.root.ReadFile(h.lock + ".by")
	if err != nil {
		return slog.StringValue("unknown")
	}
	return slog.StringValue(string(content))
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
