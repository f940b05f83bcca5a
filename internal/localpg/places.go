//go:build linux || darwin

package localpg

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// places is how many programs may use a server at once. Each has a pool of connections.
const places = 16

// takePlace locks one of the files place-1 to place-16, until it is closed. The caller has
// the lock of the directory.
func (h *home) takePlace() (*os.File, error) {
	for i := range places {
		f, err := h.open(fmt.Sprintf("place-%d", i+1), os.O_RDWR)
		if err != nil {
			return nil, err
		}
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%d programs use the PostgreSQL in %s already, which is as many as it has connections for: end one of them, or choose another directory",
		places, h.dir)
}
