package e2e

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/fulldisk"
	"go-crablet/internal/localpg"
)

// newFullDiskSite returns a site whose database is on a disk of its own, and that disk.
func newFullDiskSite(t *testing.T) (*site, *fulldisk.Disk) {
	t.Helper()
	disk, err := fulldisk.New(filepath.Join(dataDir(t), "disk"), 300<<20)
	if errors.Is(err, fs.ErrPermission) {
		t.Skip("only who may mount can try")
	}
	require.NoError(t, err)
	t.Cleanup(disk.Remove)
	server, err := localpg.Start(t.Context(), localpg.Config{Dir: filepath.Join(disk.Dir, "postgresql")})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, disk.Free())
		require.NoError(t, server.Close())
	})
	return openSite(t, server.URL("postgres"), nil, "-sample", "-dcb-api"), disk
}

// appends appends an event of 700 bytes.
func (s *site) appends() (status int, answer, retryAfter string) {
	s.t.Helper()
	response, err := http.Post(s.url+"/dcb/append", "application/json", strings.NewReader(`{"events":[{"type":"A","data":"`+strings.Repeat("x", 600)+`"}]}`))
	require.NoError(s.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	return response.StatusCode, string(body), response.Header.Get("Retry-After")
}

// fillsUp fills the disk, appends until the table of events can't grow, and returns how many events
// were stored. Each block of the table takes 800 bytes from now on, so in the end no block has space
// for another event, whichever connection stores it.
func (s *site) fillsUp(disk *fulldisk.Disk) (stored int) {
	s.t.Helper()
	execute(s.t, s.databaseURL, `alter table dcb_event set (fillfactor = 10)`)
	file := textOf(s.t, s.databaseURL, `select pg_relation_filepath('dcb_event')`)
	require.NoError(s.t, disk.Fill())
	for !strings.Contains(s.stderr.String(), `could not extend file \"`+file+`\": No space left on device (SQLSTATE 53100)`) {
		status, answer, retryAfter := s.appends()
		if status == http.StatusOK {
			stored++
			continue
		}
		require.Equal(s.t, http.StatusServiceUnavailable, status, answer)
		require.Contains(s.t, answer, `{"error":"The disk or the memory of the database is full, and nothing was stored. If it happens again`)
		require.Equal(s.t, "60", retryAfter)
	}
	return stored
}

// textOf returns the text that a query of one value returns.
func textOf(t testing.TB, database, query string) (text string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&text))
	return text
}

// Nothing is stored while there is no space, and pages are shown. The first form after that is
// carried out.
func TestADatabaseWhoseDiskIsFull(t *testing.T) {
	t.Parallel()
	site, disk := newFullDiskSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	before := count(t, site.databaseURL, `select count(*) from dcb_event`)
	stored := site.fillsUp(disk)

	ada.Submit(subscribeButton)
	require.Equal(t, 503, ada.Status())
	require.Contains(t, ada.reads(), "The database is full Its disk or its memory is full. Nothing was stored. "+
		"Send the same form again later. It is carried out once at most. Send it again")
	ada.isFineOnEveryScreen("problem-full")
	require.Equal(t, before+stored, count(t, site.databaseURL, `select count(*) from dcb_event`))
	require.Equal(t, http.StatusOK, site.health())
	require.NotContains(t, get(t, site.url+"/courses/history-of-computing"), "You have a seat")

	require.NoError(t, disk.Free())
	ada.Submit("main form button")
	require.Equal(t, "You have a seat", ada.Text(".own"))
	require.Equal(t, before+stored+1, count(t, site.databaseURL, `select count(*) from dcb_event`))
}

// switchSegment makes the server go on in another file of its write-ahead log. It does nothing if the
// server is away.
func switchSegment(t *testing.T, database string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		return
	}
	defer conn.Close(t.Context())
	_, _ = conn.Exec(t.Context(), `select pg_switch_wal()`)
}

// PostgreSQL ends when it can't write its write-ahead log, and starts again when there is space. That
// is an outage.
func TestAServerThatCannotWriteItsLogIsAway(t *testing.T) {
	t.Parallel()
	site, disk := newFullDiskSite(t)
	before := count(t, site.databaseURL, `select count(*) from dcb_event`)
	require.NoError(t, disk.Fill())
	stored := 0
	for {
		switchSegment(t, site.databaseURL)
		status, answer, retryAfter := site.appends()
		if status != http.StatusOK {
			require.Equal(t, http.StatusServiceUnavailable, status, answer)
			require.Contains(t, answer, "the events may be stored or not, so read before you send them again")
			require.Equal(t, "2", retryAfter)
			break
		}
		stored++
	}
	page, status := fetch(t, site.url+"/")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, page, "The database does not answer")

	require.NoError(t, disk.Free())
	eventually(t, "the program goes on by itself", func() bool { return site.health() == http.StatusOK })
	require.Contains(t, []int{before + stored, before + stored + 1}, count(t, site.databaseURL, `select count(*) from dcb_event`))
	require.Contains(t, get(t, site.url+"/"), "Distributed Systems")
}
