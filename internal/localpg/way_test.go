//go:build linux || darwin

package localpg_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/localpg"
)

// somebody is a user id that neither we nor the server has.
const somebody = 54321

func TestTheWayToADirectory(t *testing.T) {
	t.Parallel()
	t.Run("may have links of our own", hasLinksOfOurOwn)
	t.Run("may have nothing that somebody else made where everybody can", hasWhatSomebodyElseMade)
	t.Run("may have no directory that others can change", hasWhatOthersCanChange)
	t.Run("may belong to root and to the directory's owner only", hasWhatAnotherUserOwns)
}

func hasLinksOfOurOwn(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	link := filepath.Join(filepath.Dir(dir), "link")
	require.NoError(t, os.Symlink("./"+filepath.Base(dir), link))
	server := start(t, localpg.Config{Dir: link})
	require.Equal(t, pidOf(t, server), pidOf(t, start(t, localpg.Config{Dir: dir})))
}

func hasWhatSomebodyElseMade(t *testing.T) {
	t.Parallel()
	base := filepath.Dir(newDir(t))
	everybody := filepath.Join(base, "everybody")
	require.NoError(t, os.Mkdir(everybody, 0o700))
	require.NoError(t, os.Chmod(everybody, 0o777|os.ModeSticky))
	target := filepath.Join(base, "target")
	require.NoError(t, os.Mkdir(target, 0o700))
	link, dir := filepath.Join(everybody, "link"), filepath.Join(everybody, "dir")
	require.NoError(t, os.Symlink(target, link))
	require.NoError(t, os.Mkdir(dir, 0o700))
	for _, path := range []string{link, dir} {
		if os.Geteuid() != 0 { // then nobody but us can have made them
			require.NoError(t, start(t, localpg.Config{Dir: path}).Close())
			continue
		}
		require.NoError(t, os.Lchown(path, somebody, somebody))
		_, err := localpg.Start(t.Context(), localpg.Config{Dir: path})
		require.ErrorContains(t, err, path+" was made by somebody else")
		require.Zero(t, uidOf(t, target), "root followed the link")
	}
}

func hasWhatOthersCanChange(t *testing.T) {
	t.Parallel()
	base := filepath.Dir(newDir(t))
	open := filepath.Join(base, "open")
	require.NoError(t, os.Mkdir(open, 0o700))
	require.NoError(t, os.Chmod(open, 0o777))
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: filepath.Join(open, "deep", "server")})
	require.ErrorContains(t, err, "others can change what is in "+open)
	require.NoDirExists(t, filepath.Join(open, "deep"))
}

func hasWhatAnotherUserOwns(t *testing.T) {
	t.Parallel()
	theirs := filepath.Join(filepath.Dir(newDir(t)), "theirs")
	dir := filepath.Join(theirs, "server")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	if os.Geteuid() != 0 { // then all of it is ours
		require.NoError(t, start(t, localpg.Config{Dir: dir}).Close())
		return
	}
	require.NoError(t, os.Chown(theirs, somebody, somebody))
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
	require.ErrorContains(t, err, "others can change what is in "+theirs)
	require.Zero(t, uidOf(t, dir))
}

func TestTheMark(t *testing.T) {
	t.Parallel()
	const ours = "The private PostgreSQL of go-crablet lives in this directory.\n"

	t.Run("is left in every directory, also in those from before there was one", func(t *testing.T) {
		t.Parallel()
		dir := newDir(t)
		lock := filepath.Join(dir, "lock")
		require.NoError(t, start(t, localpg.Config{Dir: dir}).Close())
		requireContent(t, lock, ours)
		require.NoError(t, os.Truncate(lock, 0))
		require.NoError(t, start(t, localpg.Config{Dir: dir}).Close())
		requireContent(t, lock, ours)
	})

	strange := map[string]func(t *testing.T, dir string){
		"a link to what looks like it": func(t *testing.T, dir string) {
			target := "." + strings.Repeat("/", len(ours)-len(".thesis.txt")) + "thesis.txt" // as long as the mark
			require.NoError(t, os.Symlink(target, dir+"/lock"))
		},
		"a directory":                     func(t *testing.T, dir string) { require.NoError(t, os.Mkdir(dir+"/lock", 0o700)) },
		"what another program has to say": func(t *testing.T, dir string) { write(t, dir+"/lock", "4711\n") },
		"another text of the same length": func(t *testing.T, dir string) { write(t, dir+"/lock", ours[1:]+"x") },
		"empty beside a file of others":   func(t *testing.T, dir string) { write(t, dir+"/lock", "") },
	}
	if os.Geteuid() == 0 { // nobody but root can make a file somebody else's
		strange["somebody else's"] = func(t *testing.T, dir string) {
			write(t, dir+"/lock", ours)
			require.NoError(t, os.Chown(dir+"/lock", somebody, somebody))
		}
	}
	for name, makeLock := range strange {
		t.Run("is not taken for ours if it is "+name, func(t *testing.T) {
			t.Parallel()
			dir := newDir(t)
			require.NoError(t, os.Mkdir(dir, 0o700))
			write(t, dir+"/thesis.txt", ours)
			makeLock(t, dir)
			_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
			require.ErrorContains(t, err, "holds other files")
			require.Equal(t, os.Geteuid(), uidOf(t, dir))
			require.Equal(t, os.Geteuid(), uidOf(t, dir+"/thesis.txt"))
		})
	}
}

// The server's account can put anything into its directory, and root opens files there.
func TestAFileOfTheServer(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"log", "users", "lock"} {
		t.Run("is no second name of another file: "+name, func(t *testing.T) {
			t.Parallel()
			dir := madeDir(t)
			require.NoError(t, start(t, localpg.Config{Dir: dir}).Close())
			secret := filepath.Join(filepath.Dir(dir), "secret")
			write(t, secret, "")
			require.NoError(t, os.RemoveAll(filepath.Join(dir, name)))
			require.NoError(t, os.Link(secret, filepath.Join(dir, name)))
			if name == "lock" {
				write(t, secret, "The private PostgreSQL of go-crablet lives in this directory.\n")
			}
			_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
			require.ErrorContains(t, err, filepath.Join(dir, name)+" should be a file with one name")
			require.Equal(t, os.Geteuid(), uidOf(t, secret), "it was given away")
		})
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
}

func requireContent(t *testing.T, name, want string) {
	t.Helper()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, want, string(content))
}

func uidOf(t *testing.T, path string) int {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return int(info.Sys().(*syscall.Stat_t).Uid)
}
