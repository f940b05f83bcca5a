package localpg_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/localpg"
)

// What a machine may lack is told in a sentence, and a usual start works once it is there.
func TestStartsOn(t *testing.T) {
	t.Parallel()

	t.Run("a full and on a read-only file system", func(t *testing.T) {
		t.Parallel()
		top := filepath.Dir(newDir(t))
		if err := syscall.Mount("none", top, "tmpfs", 0, "size=30m,mode=755"); errors.Is(err, fs.ErrPermission) {
			t.Skip("only who may mount can try")
		} else {
			require.NoError(t, err)
		}
		t.Cleanup(func() {
			// A program that another test is just starting has the open files of this one, until it runs.
			require.Eventually(t, func() bool { return syscall.Unmount(top, 0) == nil }, patience, often, "somebody still has a file of %s open", top)
		})
		dir := filepath.Join(top, "server")
		_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
		require.ErrorContains(t, err, "start PostgreSQL: make a new database: ")
		require.ErrorContains(t, err, "No space left on device")

		require.NoError(t, syscall.Mount("none", top, "tmpfs", syscall.MS_REMOUNT, "size=300m"))
		require.NoError(t, start(t, localpg.Config{Dir: dir}).Close())
		require.Empty(t, attempts(t, dir))

		require.NoError(t, syscall.Mount("none", top, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
		_, err = localpg.Start(t.Context(), localpg.Config{Dir: dir})
		require.EqualError(t, err, "start PostgreSQL: open "+dir+"/lock: read-only file system: choose a directory that can be written to")
		require.NoError(t, syscall.Mount("none", top, "tmpfs", syscall.MS_REMOUNT, "size=300m"))
	})

	t.Run("an account that can't become another one", func(t *testing.T) {
		t.Parallel()
		dir := newDir(t)
		cmd := exec.Command(os.Args[0]) // as root of a container to which no other account was given
		cmd.Env = append(os.Environ(), "LOCALPG_TEST_USE="+dir)
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
		}
		output, err := cmd.Output()
		if errors.Is(err, fs.ErrPermission) {
			t.Skip("only who may make user namespaces can try")
		}
		require.Error(t, err)
		if os.Geteuid() != 0 { // then root's directories belong to nobody whom it could trust
			require.Contains(t, string(output), "failed: start PostgreSQL: others can change what is in /")
			return
		}
		require.Regexp(t, "^failed: start PostgreSQL: give "+dir+` to user \w+, which PostgreSQL is to run as since it refuses to run as root: .*: run as another user, or set DATABASE_URL\n$`, string(output))
	})
}
