package gocrablet_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// The image has the binary, and some 2 MB of root certificates and time zones. A registry sends it
// compressed.
const (
	largestBinary = 32 << 20
	largestSent   = 14 << 20
)

// The program runs as in its image and in a pod: as nobody, without any right of root, in a root
// that has nothing but the program and can't be written.
func TestTheProgramRunsAsNobodyOnAReadOnlyRoot(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "the go command")
	root := t.TempDir()
	binary, err := os.ReadFile(build(t, readText(t, "Dockerfile")))
	require.NoError(t, err)
	sent := compressed(t, binary)
	t.Logf("the binary has %.1f MB, and %.1f MB compressed", float64(len(binary))/1e6, float64(sent)/1e6)
	require.Less(t, len(binary), largestBinary)
	require.Less(t, sent, largestSent)
	require.NoError(t, os.WriteFile(filepath.Join(root, "webapp"), binary, 0o755))
	require.NoError(t, os.Chmod(root, 0o755))
	database := pgtest.NewLine(t, pgtest.URL(t)).URL // over TCP, since no socket is in the root

	out, err := caged(t, root, database, "migrate").CombinedOutput()
	require.NoError(t, err, "%s", out)

	app := caged(t, root, database, "-addr", "127.0.0.1:0", "-dcb-api")
	stdout, err := app.StdoutPipe()
	require.NoError(t, err)
	app.Stderr = t.Output()
	require.NoError(t, app.Start())
	t.Cleanup(func() { _ = app.Process.Kill() })
	said, address := bufio.NewScanner(stdout), ""
	for address == "" && said.Scan() {
		address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(said.Text())
	}
	require.NotEmpty(t, address, "the program says where it listens")
	for _, path := range []string{"/healthz", "/", "/dcb/read"} {
		response, err := http.Get(address + path)
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, http.StatusOK, response.StatusCode, path)
	}
	if os.Geteuid() == 0 {
		isNobody(t, app.Process.Pid)
	}
	require.NoError(t, app.Process.Signal(syscall.SIGTERM))
	require.NoError(t, app.Wait())
}

// caged returns a command that runs the program in a root. A plain user stays who it is, and needs
// a kernel that allows namespaces of users.
func caged(t *testing.T, root, database string, args ...string) *exec.Cmd {
	t.Helper()
	const cage = `mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && root=$1 user=$2 && shift 2 && cd / && exec chroot $user "$root" /webapp "$@"`
	own, user := []string{"--mount", "--map-root-user"}, "--groups="
	if os.Geteuid() == 0 {
		own, user = own[:1], "--userspec=65534:65534"
	}
	words := append(append(own, "sh", "-c", cage, "sh", root, user), args...)
	cmd := exec.CommandContext(t.Context(), "unshare", words...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "DATABASE_URL=" + database, "SESSION_KEY=" + strings.Repeat("k", 32)}
	return cmd
}

// isNobody asks the kernel who a process is, and what it may do.
func isNobody(t *testing.T, pid int) {
	t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	require.NoError(t, err)
	require.Regexp(t, `(?m)^Uid:\s+65534\s+65534\s+65534\s+65534$`, string(status))
	require.Regexp(t, `(?m)^CapEff:\s+0+$`, string(status))
	mounts, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "mounts"))
	require.NoError(t, err)
	require.Regexp(t, `(?m)^\S+ / \S+ ro[, ]`, string(mounts))
}

// compressed returns how many bytes there are when they are compressed as in a layer of an image.
func compressed(t *testing.T, content []byte) int {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(content)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Len()
}
