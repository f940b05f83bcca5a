//go:build linux || darwin

package localpg

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

const socketName = ".s.PGSQL." + port

// maxSocketPath is what fits into the address of a unix socket on macOS. Linux
// has room for four more.
const maxSocketPath = 103

// socketDirFor returns where a server that is started in dir has its socket: inside, or in a
// directory with a short name if the path would be too long for a socket, or would
// read as two because of a comma.
func socketDirFor(dir string) string {
	if inside := filepath.Join(dir, "run"); canHoldSocket(inside) {
		return inside
	}
	return filepath.Join("/tmp", fmt.Sprintf("go-crablet-%x", sha256.Sum256([]byte(dir)))[:24])
}

// canHoldSocket reports whether clients can connect to a socket in dir.
func canHoldSocket(dir string) bool {
	return len(filepath.Join(dir, socketName)) <= maxSocketPath && !strings.Contains(dir, ",")
}

// makeSocketDir makes the directory of the socket. In /tmp anybody could have made
// it before, and would then own the socket.
func (h *home) makeSocketDir() error {
	made := os.Mkdir(h.socketDir, 0o700)
	if made != nil && !errors.Is(made, fs.ErrExist) {
		return made
	}
	dir, err := openDir(h.socketDir)
	if err == nil && made == nil {
		err = dir.Chmod(0o700) // whatever the umask
	}
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

// tellSocketDir writes down where the socket is, for those who come by another path: the
// directory may have been renamed, or mounted twice.
func (h *home) tellSocketDir() error {
	told := h.socketDir
	if told == h.path("run") {
		told = "run"
	}
	return h.replace("socket", told)
}

var shortSocketDir = regexp.MustCompile(`^/tmp/go-crablet-[0-9a-f]+$`)

// learnSocketDir finds the socket of a server that runs in h already. The file belongs to
// the server's account, so it may only name a directory that could be one of ours.
func (h *home) learnSocketDir() error {
	content, err := h.root.ReadFile("socket")
	switch told := string(content); {
	case errors.Is(err, fs.ErrNotExist): // of an older version of the program
		return nil
	case err != nil:
		return err
	case told == "run":
		h.socketDir = h.path("run")
	case shortSocketDir.MatchString(told):
		h.socketDir = told
	default:
		return fmt.Errorf("%s does not name the directory of the socket: remove it", h.path("socket"))
	}
	if !canHoldSocket(h.socketDir) {
		return fmt.Errorf("PostgreSQL runs in %s, but was started under another path, and this one is too long for its socket or has a comma: use the other path", h.dir)
	}
	return nil
}

// socket is the path of the server's socket.
func (h *home) socket() string { return filepath.Join(h.socketDir, socketName) }

// removeStaleSocket removes the lock file of a socket. The caller knows that no server runs
// in h; another directory may have been here when its server made a socket in /tmp.
func (h *home) removeStaleSocket() error {
	if h.socketDir == h.path("run") {
		return h.remove("run/" + socketName + ".lock")
	}
	if conn, err := net.Dial("unix", h.socket()); err == nil {
		conn.Close()
		return fmt.Errorf("PostgreSQL runs already with the socket %s, in a directory that was at %s before: end it, or choose another directory", h.socket(), h.dir)
	}
	if err := os.Remove(h.socket() + ".lock"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
