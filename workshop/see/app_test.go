package see

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/localpg"
	"go-crablet/internal/memdir"
)

// settings are an environment.
type settings map[string]string

func (s settings) get(name string) string { return s[name] }

func TestTheApplicationHasToAnswer(t *testing.T) {
	t.Parallel()
	healthy := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !healthy || r.URL.Path != "/healthz" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	env := settings{"WORKSHOP_APP": server.URL + "/"}
	found, err := findApp(t.Context(), env.get)
	require.NoError(t, err)
	assert.Equal(t, server.URL+"/race/1", found.race("1"))
	require.ErrorContains(t, found.shows(t.Context(), "1"), "does not have the race, so it works on another database")
	healthy = false
	_, err = findApp(t.Context(), env.get)
	require.ErrorContains(t, err, "the application does not answer at "+server.URL+": start it in another terminal with go run ./cmd/webapp")
}

// The private database of the application is joined while it runs, and never started.
func TestThePrivateDatabaseIsJoined(t *testing.T) {
	t.Parallel()
	data, err := memdir.Make("workshop-see-")
	require.NoError(t, err)
	defer os.RemoveAll(data)
	env := settings{"WORKSHOP_DATA": data}
	dir := filepath.Join(data, "postgresql")
	_, _, err = findDatabase(t.Context(), env.get)
	require.EqualError(t, err, "no database runs in "+dir+": start this with the same DATABASE_URL as the application, "+
		"or name the directory of its -data in WORKSHOP_DATA")
	require.NoDirExists(t, dir)

	server, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
	require.NoError(t, err)
	defer server.Close()
	url, leave, err := findDatabase(t.Context(), env.get)
	require.NoError(t, err)
	defer leave()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))

	env["DATABASE_URL"] = "postgres://elsewhere/courses"
	url, leave, err = findDatabase(t.Context(), env.get)
	require.NoError(t, err)
	leave()
	assert.Equal(t, "postgres://elsewhere/courses", url)
}
