//go:build linux || darwin

package localpg_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/localpg"
	"go-crablet/internal/memdir"
)

// It is left as it is.
func TestDataOfAVersionThatIsNotInstalledIsRefused(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	require.NoError(t, start(t, localpg.Config{Dir: dir}).Close())
	version := filepath.Join(dir, "data", "PG_VERSION")
	require.NoError(t, os.WriteFile(version, []byte("9\n"), 0o600))

	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
	require.ErrorContains(t, err, "install PostgreSQL 9, or move "+dir+"/data away")
	require.FileExists(t, version)
}

func TestAStartSaysWhatTheDataNeedsAndWhatThereIs(t *testing.T) {
	t.Parallel()
	installed := installed(t)
	dir := madeDir(t)
	require.NoError(t, start(t, localpg.Config{Dir: dir}).Close())
	write(t, filepath.Join(dir, "data", "PG_VERSION"), "18\n")
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()

	version := versionOf(t, installed)
	search := []string{installed}
	if version == "18" {
		version, search = "17", []string{otherVersion(t, "17")}
	}
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir, Search: search, Registry: closed.URL})
	require.ErrorContains(t, err, "the data in "+dir+"/data is PostgreSQL 18's, which no other version reads and which is not installed "+
		"(there is PostgreSQL "+version+" in "+search[0]+"), and downloading it failed: install PostgreSQL 18, or set DATABASE_URL to use another server: ")
}

func TestAStartSaysWhyPostgreSQLDidNotStart(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	require.NoError(t, start(t, localpg.Config{Dir: dir}).Close())
	conf := filepath.Join(dir, "data", "postgresql.auto.conf")
	require.NoError(t, os.WriteFile(conf, []byte("no_such_setting = 1\n"), 0o600))

	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
	require.ErrorContains(t, err, `unrecognized configuration parameter "no_such_setting"`)
}

func TestTheNewestProgramsThatRunAreUsed(t *testing.T) {
	t.Parallel()
	installed := installed(t)
	base := filepath.Dir(newDir(t))
	for _, version := range []string{"9", "10"} {
		bin := filepath.Join(base, version, "bin")
		require.NoError(t, os.MkdirAll(bin, 0o755))
		for _, program := range []string{"initdb", "postgres"} {
			require.NoError(t, os.WriteFile(filepath.Join(bin, program), []byte("#!/bin/sh\nexit 1\n"), 0o755))
		}
	}
	server := start(t, localpg.Config{Ephemeral: true, Search: []string{base + "/*/bin", installed}})
	require.NotEmpty(t, query(t, server.URL("postgres"), "show server_version"))
}

// nowhere is where to search so that PostgreSQL is not found, and has to be downloaded.
var nowhere = []string{}

func TestDownload(t *testing.T) {
	t.Parallel()
	t.Run("gives a server where PostgreSQL is not installed, and is kept", isKept)
	t.Run("is fetched again if a disk has lost some of it", isFetchedAgain)
	t.Run("is refused if one byte has changed", hasChanged)
	t.Run("is refused if it ends early", endsEarly)
	t.Run("is refused if it is too large", isTooLarge)
	t.Run("is in no file until it was checked", isInNoFile)
	t.Run("says what to do when it is not possible", isNotPossible)
	t.Run("gives the version that was asked for", hasTheVersion)
	t.Run("says what to do about a version that there is not", isOfNoVersion)
}

func isKept(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	registry, requests := mirror(t, nil)
	server := start(t, localpg.Config{Dir: dir, Search: nowhere, Registry: registry})
	require.True(t, strings.HasPrefix(query(t, server.URL("postgres"), "show server_version"), "18."))
	require.NoError(t, server.Close())

	server = start(t, localpg.Config{Dir: dir, Registry: registry}) // needs 18, whatever is installed
	require.True(t, strings.HasPrefix(query(t, server.URL("postgres"), "show server_version"), "18."))
	require.EqualValues(t, 1, requests.Load())
}

// If that fails, the error says where the damage is.
func isFetchedAgain(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	registry, requests := mirror(t, nil)
	require.NoError(t, start(t, localpg.Config{Dir: dir, Search: nowhere, Registry: registry}).Close())
	found, err := filepath.Glob(filepath.Join(dir, "postgresql-*"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	lose := func() {
		require.NoError(t, os.Truncate(filepath.Join(found[0], "share", "postgresql", "postgres.bki"), 100))
	}

	lose()
	require.NoError(t, start(t, localpg.Config{Dir: dir, Search: nowhere, Registry: registry}).Close())
	require.EqualValues(t, 2, requests.Load())
	require.NoError(t, start(t, localpg.Config{Dir: dir, Search: nowhere, Registry: registry}).Close())
	require.EqualValues(t, 2, requests.Load(), "it is whole again")

	lose()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	_, err = localpg.Start(t.Context(), localpg.Config{Dir: dir, Search: nowhere, Registry: closed.URL})
	require.ErrorContains(t, err, "in "+found[0]+" share/postgresql/postgres.bki is damaged")
}

func hasChanged(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	registry, _ := mirror(t, func(archive []byte) []byte {
		archive[len(archive)/2] ^= 1
		return archive
	})
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir, Search: nowhere, Registry: registry})
	require.ErrorContains(t, err, "is not what it was when its checksum was taken")
	requireNothingDownloaded(t, dir)
}

func endsEarly(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	registry, _ := mirror(t, func(archive []byte) []byte { return archive[:len(archive)/2] })
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir, Search: nowhere, Registry: registry})
	require.Error(t, err)
	requireNothingDownloaded(t, dir)
}

// It is, whether its length is told or not.
func isTooLarge(t *testing.T) {
	t.Parallel()
	const most = 96 << 20
	var sent atomic.Int64
	for _, told := range []string{strconv.Itoa(most + 1), ""} {
		registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if told != "" {
				w.Header().Set("Content-Length", told)
			}
			for sent.Store(0); sent.Load() < 2*most; {
				n, err := w.Write(make([]byte, 1<<20))
				if err != nil {
					return
				}
				sent.Add(int64(n))
			}
		}))
		dir := newDir(t)
		_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir, Search: nowhere, Registry: registry.URL})
		require.ErrorContains(t, err, "has more than 96 MB, and is not used")
		requireNothingDownloaded(t, dir)
		registry.Close() // waits for the handler
		require.Less(t, sent.Load(), int64(2*most), "all of it was read")
	}
}

// The server's account could change a file.
func isInNoFile(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	archive, err := realPackage()
	require.NoError(t, err)
	var seen []os.DirEntry
	registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write(archive[:len(archive)/2])
		http.NewResponseController(w).Flush()
		seen, err = os.ReadDir(dir)
		w.Write(archive[len(archive)/2:])
	}))
	t.Cleanup(registry.Close)
	start(t, localpg.Config{Dir: dir, Search: nowhere, Registry: registry.URL})
	require.NoError(t, err)
	var names []string
	for _, entry := range seen {
		names = append(names, entry.Name())
	}
	require.Equal(t, []string{"download.lock", "download.lock.by", "lock", "lock.by", "place-1", "service", "users"}, names)
}

func isNotPossible(t *testing.T) {
	t.Parallel()
	registry := httptest.NewServer(http.NotFoundHandler())
	registry.Close()
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: newDir(t), Search: nowhere, Registry: registry.URL})
	require.ErrorContains(t, err, "install PostgreSQL 15 or newer, or set DATABASE_URL to use another server")
}

// A usual run tries one version, which is not the newest. A thorough run tries all of them.
func hasTheVersion(t *testing.T) {
	t.Parallel()
	majors := []int{16, 17, 15, 18}
	for i, major := range majors[:effort.Times(1, len(majors))] {
		another := majors[(i+1)%len(majors)]
		dir := newDir(t)
		server := start(t, localpg.Config{Dir: dir, Major: major, Search: nowhere})
		require.True(t, strings.HasPrefix(query(t, server.URL("postgres"), "show server_version"), strconv.Itoa(major)+"."))
		require.NoError(t, server.Close())

		// Data that is there keeps its version.
		server = start(t, localpg.Config{Dir: dir, Major: another})
		require.True(t, strings.HasPrefix(query(t, server.URL("postgres"), "show server_version"), strconv.Itoa(major)+"."))
		require.NoError(t, server.Close())
	}
}

func isOfNoVersion(t *testing.T) {
	t.Parallel()
	_, err := localpg.Start(t.Context(), localpg.Config{Ephemeral: true, Major: 99, Search: []string{otherVersion(t, "17")}})
	require.ErrorContains(t, err, "PostgreSQL 99 is not installed (there is PostgreSQL 17 in ")
	require.ErrorContains(t, err, "), and can't be downloaded: install it")
	_, err = localpg.Start(t.Context(), localpg.Config{Ephemeral: true, Major: 14})
	require.ErrorContains(t, err, "PostgreSQL 14 is too old: it has to be 15 or newer")
}

// versionOf returns the major version of the programs in a directory.
func versionOf(t *testing.T, bin string) string {
	t.Helper()
	output, err := exec.Command(filepath.Join(bin, "postgres"), "--version").Output()
	require.NoError(t, err)
	major, _, _ := strings.Cut(strings.Fields(string(output))[2], ".")
	return major
}

// otherVersion returns a directory with programs that only tell their version.
func otherVersion(t *testing.T, major string) string {
	t.Helper()
	bin := filepath.Dir(newDir(t))
	for _, program := range []string{"initdb", "postgres"} {
		script := "#!/bin/sh\necho 'postgres (PostgreSQL) " + major + ".1'\n"
		require.NoError(t, os.WriteFile(filepath.Join(bin, program), []byte(script), 0o755))
	}
	return bin
}

func requireNothingDownloaded(t *testing.T, dir string) {
	t.Helper()
	for _, pattern := range []string{"postgresql-*", "download.tgz"} {
		left, err := filepath.Glob(filepath.Join(dir, pattern))
		require.NoError(t, err)
		require.Empty(t, left)
	}
}

// mirror serves the real package, changed or not, and counts how often.
func mirror(t *testing.T, change func([]byte) []byte) (registry string, requests *atomic.Int32) {
	t.Helper()
	archive, err := realPackage()
	require.NoError(t, err)
	if change != nil {
		archive = change(bytes.Clone(archive))
	}
	requests = new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		w.Write(archive)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

// realPackage downloads PostgreSQL once for all tests.
var realPackage = sync.OnceValues(func() ([]byte, error) {
	var archive []byte
	var err error
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		archive, err = get(r.Context(), registryOf(os.Getenv("NPM_CONFIG_REGISTRY"))+r.URL.Path)
		http.NotFound(w, r) // having learned the path is enough
	}))
	defer proxy.Close()
	dir, mkdirErr := memdir.Make("localpg-test-")
	if mkdirErr != nil {
		return nil, mkdirErr
	}
	defer os.RemoveAll(dir)
	localpg.Start(context.Background(), localpg.Config{Dir: dir, Search: []string{}, Registry: proxy.URL})
	return archive, err
})

func registryOf(env string) string {
	if env == "" {
		return "https://registry.npmjs.org"
	}
	return strings.TrimSuffix(env, "/")
}

func get(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}
