//go:build linux || darwin

package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// A way leads to a directory, through directories and links that only trusted users can
// change. Whoever could change one of them could put a link to another place there while
// we look, and have root give that place away.
type way struct {
	trusted []int // who may change the directories on the way
	makers  []int // whose entries count in a directory where everybody can make some, such as /tmp
}

// maxLinks is how many links a way may have, as in the kernel.
const maxLinks = 40

// follow makes what is missing of a path, and returns the path without links.
func (w way) follow(path string) (string, error) {
	dir, links := "/", 0
	for rest := parts(path); len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		switch name { // of the target of a link
		case ".":
			continue
		case "..":
			dir = filepath.Dir(dir)
			continue
		}
		next := filepath.Join(dir, name)
		info, err := w.enter(dir, next, len(rest) == 0)
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			dir = next
			continue
		}
		if links++; links > maxLinks {
			return "", fmt.Errorf("%s has too many links", path)
		}
		target, err := os.Readlink(next)
		if err != nil {
			return "", err
		}
		if filepath.IsAbs(target) {
			dir = "/"
		}
		rest = append(parts(target), rest...)
	}
	return dir, nil
}

// enter checks that nobody else can replace an entry of dir, and makes a directory of it
// if there is nothing. Only what comes last is closed to others.
func (w way) enter(dir, entry string, last bool) (fs.FileInfo, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	shared := w.isShared(info)
	if shared && info.Mode()&fs.ModeSticky == 0 {
		return nil, fmt.Errorf("others can change what is in %s: choose a directory below those of root and of your own only", dir)
	}
	mode := fs.FileMode(0o755)
	if last {
		mode = 0o700
	}
	err = os.Mkdir(entry, mode)
	if err == nil {
		err = setMode(entry, mode)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	found, err := os.Lstat(entry)
	if err != nil {
		return nil, err
	}
	if shared && !slices.Contains(w.makers, ownerOf(found)) {
		return nil, fmt.Errorf("%s was made by somebody else, in a directory where everybody can: choose another one", entry)
	}
	return found, nil
}

// setMode gives a directory that was just made its mode, whatever the umask.
func setMode(path string, mode fs.FileMode) error {
	dir, err := openDir(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Chmod(mode), dir.Close())
}

// isShared reports whether others can make and remove entries of a directory.
func (w way) isShared(info fs.FileInfo) bool {
	stat := info.Sys().(*syscall.Stat_t)
	if !slices.Contains(w.trusted, int(stat.Uid)) || info.Mode().Perm()&0o002 != 0 {
		return true
	}
	return info.Mode().Perm()&0o020 != 0 && !isOwnGroup(stat.Uid, stat.Gid)
}

// isOwnGroup reports whether a group is the one that many systems make for each user, with
// nobody else in it. It has the user's name. Root's group is another such.
func isOwnGroup(uid, gid uint32) bool {
	if gid == 0 {
		return true
	}
	owner, err := user.LookupId(strconv.FormatUint(uint64(uid), 10))
	if err != nil {
		return false
	}
	group, err := user.LookupGroupId(strconv.FormatUint(uint64(gid), 10))
	return err == nil && group.Name == owner.Username
}

func parts(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}
