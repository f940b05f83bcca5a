package e2e

import (
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// The settings of pgx's pool are those of DATABASE_URL. With as few connections as the
// program takes, all requests are answered still.
func TestThePoolIsAsDatabaseURLSays(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	assert.Equal(t, "pool_max_conns=3 in DATABASE_URL is too few: at least 4 are needed, and 16 are opened without it",
		failure(t, []string{"DATABASE_URL=" + databaseURL + "&pool_max_conns=3"}, "-data", dataDir(t)))
	assert.Contains(t, failure(t, []string{"DATABASE_URL=" + databaseURL + "&pool_max_conns=many"}, "-data", dataDir(t)), "DATABASE_URL has a setting in it that can't be read")

	env := []string{"DATABASE_URL=" + databaseURL + "&pool_max_conns=4&pool_min_conns=1&pool_max_conn_lifetime=30m&pool_max_conn_idle_time=1m&pool_health_check_period=1s"}
	app := start(t, env, "-data", dataDir(t), "-sample", "-write-rate", "0")
	pages := []string{"/", "/students", "/students/ada", "/courses/compilers", "/courses/compilers?as_of=100", "/courses/compilers/boundary?student=ada", "/decisions", "/log", "/race", "/healthz"}
	var visitors sync.WaitGroup
	for i := range 12 { // three times as many as there are connections
		visitors.Go(func() {
			post(t, app.url+"/students", "student", "s"+strconv.Itoa(i), "name", "S")
			for _, path := range pages {
				_, status := fetch(t, app.url+path)
				assert.Equal(t, http.StatusOK, status, path)
			}
			assert.Contains(t, []int{http.StatusSeeOther, http.StatusConflict}, post(t, app.url+"/courses/history-of-computing/subscriptions", "student", "s"+strconv.Itoa(i)))
		})
	}
	visitors.Wait()

	conn, err := pgx.Connect(t.Context(), databaseURL)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	var others int
	require.NoError(t, conn.QueryRow(t.Context(),
		`select count(*) from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`).Scan(&others))
	assert.Equal(t, 5, others, "four, and one for the tails")
}
