package fulldisk

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// A Disk is a file system in memory that can be filled.
type Disk struct {
	Dir  string // where it is mounted
	size int64
}

// New mounts a file system of so many bytes in a new directory. Call Remove when nobody uses it.
func New(dir string, size int64) (*Disk, error) {
	d := &Disk{dir, size}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, sized(size)); err != nil {
		os.Remove(dir)
		return nil, fmt.Errorf("mount a file system: %w", err)
	}
	return d, nil
}

// sized returns the option of a mount of some size.
func sized(size int64) string { return "mode=755,size=" + strconv.FormatInt(size, 10) }

// Fill leaves no space: it makes the file system as small as what is in it.
func (d *Disk) Fill() error {
	var is syscall.Statfs_t
	if err := syscall.Statfs(d.Dir, &is); err != nil {
		return err
	}
	const slack = 16 // blocks; the database grows meanwhile
	used := int64(is.Blocks-is.Bfree+slack) * is.Bsize
	return d.resize(used)
}

// Free makes space again.
func (d *Disk) Free() error { return d.resize(d.size) }

func (d *Disk) resize(size int64) error {
	return syscall.Mount("tmpfs", d.Dir, "tmpfs", syscall.MS_REMOUNT, sized(size))
}

// Remove removes the file system, and all that is in it.
func (d *Disk) Remove() {
	_ = syscall.Unmount(d.Dir, syscall.MNT_DETACH)
	os.Remove(d.Dir)
}
