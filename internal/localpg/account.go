//go:build linux || darwin

package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"strconv"
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

// accountFor returns the account to run a server in dir. For root it is the
// directory's owner, so that root may use what a user has made, and for a new
// directory "postgres" or "nobody".
func accountFor(dir string) (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return account{}, err
	}
	var found *user.User
	if owner := ownerOf(info); owner != 0 {
		found, err = user.LookupId(strconv.Itoa(owner))
	} else if found, err = user.Lookup("postgres"); err != nil {
		found, err = user.Lookup("nobody")
	}
	if err != nil {
		return account{}, fmt.Errorf("find a user to run PostgreSQL, which refuses to run as root: %w", err)
	}
	return newAccount(found)
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

// own makes a directory of root's the account's.
func (a account) own(dir string) error {
	if !a.switched {
		return nil
	}
	info, err := os.Lstat(dir)
	if err != nil || ownerOf(info) != 0 {
		return err
	}
	return os.Lchown(dir, a.uid, a.gid)
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
		return fmt.Errorf("PostgreSQL will not run as root, and user %s may not enter %s: choose a directory that everybody can reach",
			a.name, dir)
	} else if err != nil {
		return fmt.Errorf("run a program as user %s: %w", a.name, err)
	}
	return nil
}

// command returns a command that the account will run. It starts in /, for the
// account may not be able to enter the directory that we are in. It sees little of our
// environment: no secrets, and nothing that changes how PostgreSQL behaves.
func (a account) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/"
	cmd.Env = append(childenv.Only(childenv.Libraries...), "LC_ALL=C", "TZ=UTC")
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if a.switched {
		cmd.SysProcAttr.Credential = &syscall.Credential{
			Uid: uint32(a.uid), Gid: uint32(a.gid), Groups: a.groups,
		}
	}
	return cmd
}

func ownerOf(info fs.FileInfo) int {
	return int(info.Sys().(*syscall.Stat_t).Uid)
}
