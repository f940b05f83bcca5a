//go:build linux || darwin

package localpg

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
)

// initdbForUnnamed makes data for an account that is only a number. PostgreSQL itself runs
// as such, but initdb asks for a name. So an account with a name makes the data elsewhere,
// and root copies it.
func (h *home) initdbForUnnamed(ctx context.Context, bin, attempt string) error {
	other, err := openHome(Config{Ephemeral: true, Log: h.log})
	if err != nil {
		return err
	}
	defer os.RemoveAll(other.dir)
	defer other.root.Close()
	users, err := other.announce(ctx)
	if err != nil {
		return err
	}
	defer users.Close()
	if err := other.initdb(ctx, bin); err != nil {
		return err
	}
	return fs.WalkDir(other.root.FS(), "data", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := path.Join(attempt, name[len("data"):])
		if entry.IsDir() {
			return errors.Join(h.root.Mkdir(to, 0o700), h.root.Lchown(to, h.account.uid, h.account.gid))
		}
		return h.copyFile(other, name, to)
	})
}

// copyFile gives the account a copy of a file, which outlives a power cut.
func (h *home) copyFile(from *home, name, to string) error {
	source, err := from.root.Open(name)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := h.root.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Chmod(0o600), target.Chown(h.account.uid, h.account.gid), target.Sync(), target.Close())
}
