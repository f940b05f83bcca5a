//go:build linux || darwin

package localpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"

	"go-crablet/internal/childenv"
)

// An account is the user that PostgreSQL runs as: ourselves, or somebody else if
// we are root, since PostgreSQL refuses to run as root.
type account struct {
	name     string
	uid, gid int
	groups   []uint32
	switched bool // we are root and become this user
}

// accountFor returns the account to run a server in a directory. For root it is the
// directory's owner, so that root may use what a user has made. A new directory gets
// the account that newcomer returns.
func accountFor(dir fs.FileInfo) (account, error) {
	owner := ownerOf(dir)
	if os.Geteuid() != 0 || owner == 0 {
		return accountToBe()
	}
	found, err := user.LookupId(strconv.Itoa(owner))
	if _, unnamed := errors.AsType[user.UnknownUserIdError](err); unnamed {
		// As in a container, where a directory of the machine's comes with a number.
		return account{uid: owner, gid: groupOf(dir), switched: true}, nil
	}
	if err != nil {
		return account{}, cantRun(err)
	}
	return newAccount(found)
}

// accountToBe returns the account to run a server in a directory that we are about to make.
func accountToBe() (account, error) {
	if os.Geteuid() == 0 {
		return newcomer()
	}
	return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
}

// newcomer returns the account to which root gives a new directory.
func newcomer() (account, error) {
	found, err := user.Lookup("postgres")
	if err != nil {
		found, err = user.Lookup("nobody")
	}
	if err != nil {
		return account{}, cantRun(err)
	}
	return newAccount(found)
}

func cantRun(err error) error {
	return fmt.Errorf("find a user to run PostgreSQL, which refuses to run as root: %w", err)
}

func newAccount(u *user.User) (account, error) {
	a := account{name: u.Username, switched: true}
	var err error
	if a.uid, err = strconv.Atoi(u.Uid); err != nil {
		return a, err
	}
	if a.gid, err = strconv.Atoi(u.Gid); err != nil {
		return a, err
	}
	ids, err := u.GroupIds()
	if err != nil {
		return a, err
	}
	for _, id := range ids {
		group, err := strconv.ParseUint(id, 10, 32)
		if err != nil {
			return a, err
		}
		a.groups = append(a.groups, uint32(group))
	}
	return a, nil
}

// own gives an open file or directory of root's to the account. It fails if it belongs to
// anybody else.
func (a account) own(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	owner := ownerOf(info)
	if a.switched && owner == 0 {
		if err := f.Chown(a.uid, a.gid); err != nil {
			return fmt.Errorf("give %s to %s, which PostgreSQL is to run as since it refuses to run as root: %w: run as another user, or set DATABASE_URL",
				f.Name(), a, err)
		}
		return nil
	}
	if owner != a.uid {
		return fmt.Errorf("%s belongs to somebody else than the server's user", f.Name())
	}
	return nil
}

// checkAccess fails if the account can't enter dir, which is up to every directory
// above it. The only sure way to know is to try.
func (a account) checkAccess(dir string) error {
	if !a.switched {
		return nil
	}
	cmd := a.command(context.Background(), "/bin/sh", "-c", ":")
	cmd.Dir = dir
	if err := cmd.Run(); errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("PostgreSQL will not run as root, and %s may not enter %s: open %s with chmod o+x, or choose a directory that everybody can reach",
			a, dir, a.closed(dir))
	} else if err != nil {
		return fmt.Errorf("run a program as %s, since PostgreSQL refuses to run as root: %w", a, err)
	}
	return nil
}

// closed returns the first directory on the way to dir that the account can't enter.
func (a account) closed(dir string) string {
	for i := range len(dir) + 1 {
		if i < len(dir) && dir[i] != '/' {
			continue
		}
		cmd := a.command(context.Background(), "/bin/sh", "-c", ":")
		cmd.Dir = cmp.Or(dir[:i], "/")
		if cmd.Run() != nil {
			return cmd.Dir
		}
	}
	return dir
}

// command returns a command that the account will run. It starts in /, for the
// account may not be able to enter the directory that we are in. It sees little of our
// environment: no secrets, and nothing that changes how PostgreSQL behaves.
func (a account) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/"
	cmd.Env = append(childenv.Only(childenv.Libraries...), "PATH="+pathForScripts(), "LC_ALL=C", "TZ=UTC")
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if a.switched {
		cmd.SysProcAttr.Credential = &syscall.Credential{
			Uid: uint32(a.uid), Gid: uint32(a.gid), Groups: a.groups,
		}
	}
	return cmd
}

// pathForScripts leads to what the keeper's script needs, whatever our own PATH leaves out.
func pathForScripts() string {
	return strings.TrimPrefix(os.Getenv("PATH")+":/usr/bin:/bin", ":")
}

// String names the account for a message.
func (a account) String() string {
	if a.name == "" {
		return fmt.Sprintf("user %d", a.uid)
	}
	return "user " + a.name
}

func ownerOf(info fs.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Uid) }

func groupOf(info fs.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Gid) }
