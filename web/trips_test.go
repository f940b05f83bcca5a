package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
	"go-crablet/web"
)

// A page asks the read model in one round trip. Each of its other sources costs one more: the log,
// the receipts, and the names for what it found there.
func TestAPageMakesAsManyRoundTripsAsItSays(t *testing.T) {
	t.Parallel()
	config, err := pgxpool.ParseConfig(pgtest.URL(t))
	require.NoError(t, err)
	config.ConnConfig.Tracer = tripTracer{}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	a := &app{t: t, pool: pool}
	a.start(func(c *web.Config) { c.Passcode = "sesame" })
	_, err = courses.LoadSampleTerm(t.Context(), a.store)
	require.NoError(t, err)
	a.awaitPages()
	trips := &trips{}
	a.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		trips.begin()
		a.handler.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), tripTracer{}, trips)))
	}))
	t.Cleanup(a.server.Close)
	a.register("sela", "Sela")
	ada, registrar := a.as("ada"), a.as("kofi")
	require.Equal(t, http.StatusSeeOther, registrar.post("/registrar", "passcode", "sesame").status)

	require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/subscriptions", "from", "/courses/compilers").status)
	assert.Equal(t, 1, trips.ofPages(), "a form asks for names:\n%s", trips)
	for _, page := range []struct {
		visitor visitor
		path    string
		trips   int
	}{
		{ada, "/courses/compilers", 5}, // first the receipt, for the notice about the decision
		{ada, "/courses/compilers", 4}, // the read model; the history; its receipts; its names
		{ada, "/students/ada", 5},      // and older names, because a course in the history was renamed
		{ada, "/students/sela", 5},     // the key of a sealed name in the history, and no older names
		{ada, "/", 1},
		{ada, "/stage?did=a1-a2-b1-b2-b3-a3", 1}, // what is played needs no database
		{ada, "/students", 1},
		{ada, "/log", 5},                             // the read model; the log; its names; older names, because somebody was renamed; the key of a sealed name
		{ada, "/log?type=CourseDefined", 4},          // without a sealed name
		{ada, "/log?type=CourseArchived", 3},         // and nobody was renamed since
		{ada, "/log/3", 7},                           // older names, and the events that followed, and the receipt, and whom the event turned away
		{ada, "/decisions", 2},                       // the receipts, the read model
		{ada, "/decisions/" + a.receipts()[0].ID, 4}, // and whether the receipt is pinned, and its events
		{ada, "/courses/compilers/boundary", 8},      // the read model twice; the log up to its end, as far as a switch can have it inside; its names; the log and the receipts for the counts
		{ada, "/students/ada/boundary", 1},
		{ada, "/register-student", 1},
		{ada, "/session/gap", 1},
		{ada, "/registrar", 1},
		{ada, "/race", 3},            // the read model; the races that are kept; those that other processes run
		{ada, "/status", 2},          // the read model; the receipts of the last minutes, once a second for all
		{ada, "/race/strategies", 5}, // the read model; what is under way; the latest; the list; whether it is pinned
		{ada, "/workshop", 6},        // the latest seats; the receipts, and those with conflicts; a race; a comparison; the read model
		{ada, "/courses/nowhere", 3}, // and whether there is one in another case; and who she is
		{ada, "/healthz", 1},
		{registrar, "/", 2}, // first the sign-in
		{registrar, "/courses/compilers", 5},
		{registrar, "/courses/compilers/class", 2},
		{registrar, "/courses/compilers/class.csv", 2},
		{registrar, "/define-course", 2},
		{registrar, "/workshop/rooms/" + registrar.opensARoom(), 2}, // rooms are in memory
		{registrar, "/imports", 3},
		{registrar, registrar.imports("students", "Zoë"), 4}, // the sign-in; the import; its lines; the read model
	} {
		page.visitor.get(page.path)
		assert.Equal(t, page.trips, len(trips.all), "%s asks:\n%s", page.path, trips)
	}
}

// trips are the round trips to the database of the request that began last.
type trips struct {
	mu  sync.Mutex
	all []string // the first line of each of their statements
}

func (t *trips) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = nil
}

func (t *trips) String() string { return strings.Join(t.all, "\n") }

// ofPages counts the round trips to the tables of the read model.
func (t *trips) ofPages() int {
	n := 0
	for _, trip := range t.all {
		if strings.HasPrefix(trip, "begin isolation level repeatable read read only;") {
			n++
		}
	}
	return n
}

func (t *trips) add(statements ...string) {
	for i := range statements {
		statements[i], _, _ = strings.Cut(statements[i], "\n")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, strings.Join(statements, "; "))
}

// A tripTracer adds the statements of a context to its trips. It is the key of trips in a context.
type tripTracer struct{}

func (tripTracer) tell(ctx context.Context, statements ...string) context.Context {
	if trips, counted := ctx.Value(tripTracer{}).(*trips); counted {
		trips.add(statements...)
	}
	return ctx
}

func (t tripTracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, query pgx.TraceQueryStartData) context.Context {
	return t.tell(ctx, query.SQL)
}

func (t tripTracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, batch pgx.TraceBatchStartData) context.Context {
	var all []string
	for _, query := range batch.Batch.QueuedQueries {
		all = append(all, query.SQL)
	}
	return t.tell(ctx, all...)
}

func (tripTracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)     {}
func (tripTracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (tripTracer) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}
