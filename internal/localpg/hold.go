//go:build linux || darwin

package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// A hold keeps a server running, and tells when it has ended. A nil hold stands
// for a server that has ended.
//
// The ends of the two FIFOs are bare descriptors because os.File waits with the
// help of kqueue on macOS, which doesn't notice that a FIFO's last writer is gone.
type hold struct {
	leash  int             // write end; inherited by nobody, or a child of ours would keep the server alive
	pulse  int             // read end
	reaped <-chan struct{} // closed when the keeper is gone, if it is our child
	exit   error           // how the program ended, which is there when reaped is closed
}

// ended reports whether nothing is left of the server.
func (h *hold) ended() bool {
	if h == nil {
		return true
	}
	n, err := syscall.Read(h.pulse, make([]byte, 1))
	return n == 0 && err == nil // while there is a writer, it is EAGAIN
}

// release lets go of the leash. It may be called again.
func (h *hold) release() {
	if h == nil || h.leash < 0 {
		return
	}
	syscall.Close(h.leash)
	syscall.Close(h.pulse)
	h.leash, h.pulse = -1, -1
}

// reap waits for the end of a keeper that is our child, so that it does not stay a zombie.
func (h *hold) reap() {
	if h != nil && h.reaped != nil {
		<-h.reaped
	}
}

// openFIFO opens one end of a FIFO. Without somebody at the other end, a write
// end can't be opened, and a read end is at end of file.
func (h *home) openFIFO(name string, end int) (int, error) {
	fd, err := syscall.Open(h.path(name), end|syscall.O_NONBLOCK|syscall.O_CLOEXEC|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return -1, &fs.PathError{Op: "open", Path: h.path(name), Err: err}
	}
	return fd, nil
}

// openHold takes the leash of the server in h if somebody is at its other end.
func (h *home) openHold() (*hold, error) {
	leash, err := h.openFIFO("leash", syscall.O_WRONLY)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENXIO) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	pulse, err := h.openFIFO("pulse", syscall.O_RDONLY)
	if err != nil {
		syscall.Close(leash)
		return nil, err
	}
	return &hold{leash: leash, pulse: pulse}, nil
}

// join takes hold of the server that runs in h, or returns nil if there is none
// that will stay. The caller has the lock.
func (h *home) join(ctx context.Context) (*hold, error) {
	hold, err := h.openHold()
	if hold == nil {
		return nil, err
	}
	err = h.learnSocketDir()
	if err == nil {
		err = h.knock(ctx, hold)
	}
	if err == nil {
		err = h.waitReady(ctx, hold)
	}
	if err == nil {
		return hold, nil
	}
	hold.release()
	if errors.Is(err, errEnded) {
		return nil, nil
	}
	return nil, err
}

var errEnded = errors.New("the server has ended")

// knock makes the keeper show that it has not seen the end of the leash.
func (h *home) knock(ctx context.Context, hold *hold) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 10*time.Second,
		errors.New("a server is running, but its keeper does not answer"))
	defer cancel()
	if err := errors.Join(h.remove("knock"), h.makeFile("knock")); err != nil {
		return err
	}
	if _, err := syscall.Write(hold.leash, []byte("\n")); err != nil {
		return fmt.Errorf("knock: %w", errEnded) // EPIPE: the keeper has let go of its end
	}
	for {
		if _, err := h.root.Lstat("knock"); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		keeper, err := h.openFIFO("leash", syscall.O_WRONLY)
		if err != nil {
			return fmt.Errorf("%w: its keeper is gone: %w", errEnded, err)
		}
		syscall.Close(keeper)
		if err := sleep(ctx, time.Millisecond); err != nil {
			return err
		}
	}
}

// settle waits until nothing is left of the server in h, which may be shutting
// down or have lost its keeper. The caller has the lock.
func (h *home) settle(ctx context.Context) error {
	pulse, err := h.openFIFO("pulse", syscall.O_RDONLY)
	if err == nil {
		defer syscall.Close(pulse)
		err = h.stop(ctx, &hold{leash: -1, pulse: pulse})
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // a copy may lack the FIFO
		return err
	}
	if err := h.refuseForeign(); err != nil {
		return err
	}
	return h.removeStale()
}

// stop waits for the end of a server, and interrupts it if it accepts connections: its
// keeper may be gone. If the keeper is there, one signal more changes nothing.
func (h *home) stop(ctx context.Context, old *hold) error {
	ctx, cancel := context.WithTimeoutCause(ctx, longestStop, errStays)
	defer cancel()
	defer h.late("PostgreSQL is still shutting down: waiting until it has ended")()
	interrupted := 0
	var failure error // to find the process, or to send it the signal
	for !old.ended() {
		if file, err := h.readPIDFile(); err == nil && file.pid != interrupted && file.hasStarted() {
			interrupted = file.pid
			var pid int
			if pid, failure = h.serverPID(); failure == nil {
				failure = h.account.interrupt(ctx, pid)
			}
		}
		if err := sleep(ctx, 2*time.Millisecond); err != nil {
			if errors.Is(err, errStays) {
				err = fmt.Errorf("%w: see %s", err, h.path("log"))
			}
			return errors.Join(err, failure)
		}
	}
	return nil
}

// longestStop is for how long a newcomer waits for a server that shuts down.
const longestStop = 30 * time.Second

// errStays is why a server is no longer waited for.
var errStays = errors.New("the server is still shutting down")

// sleep pauses, or returns the reason why ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

// lockFile waits for a lock on an open file.
func lockFile(ctx context.Context, f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return err
		}
		if err := sleep(ctx, 5*time.Millisecond); err != nil {
			return fmt.Errorf("wait for the lock on %s: %w", f.Name(), err)
		}
	}
}
