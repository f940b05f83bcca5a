//go:build !linux

package fulldisk

import "errors"

// A Disk can be filled on Linux only.
type Disk struct{ Dir string }

// New returns an error.
func New(string, int64) (*Disk, error) { return nil, errors.New("it takes root on Linux") }

// Fill does nothing.
func (*Disk) Fill() error { return nil }

// Free does nothing.
func (*Disk) Free() error { return nil }

// Remove does nothing.
func (*Disk) Remove() {}
