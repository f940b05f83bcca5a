package web_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/intake"
	"go-crablet/internal/sampled"
	"go-crablet/lab"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/signin"
	"go-crablet/standing"
	"go-crablet/underway"
	"go-crablet/web"
	"go-crablet/web/held"
	"go-crablet/web/operator"
	"go-crablet/web/race"
	"go-crablet/web/site"
)

// An app is the application on a database of its own.
type app struct {
	t       testing.TB
	web     *web.App
	handler http.Handler
	server  *httptest.Server
	store   *dcb.Store
	terms   *readmodel.Model
	theatre *lab.Theatre
	imports *intake.Store
	gaps    *held.Keeper
	pool    *pgxpool.Pool
	logged  *strings.Builder

	// meanwhile, if set, runs between the decision and the append of every attempt that a
	// request makes. There a test can append what the attempt conflicts with.
	meanwhile func(attempt int)
}

// newApp starts the application with the sample term. It is an open demo, unless changes say
// otherwise.
func newApp(t testing.TB, changes ...func(*web.Config)) *app {
	t.Helper()
	a := &app{t: t, pool: sampled.New(t)}
	a.start(changes...)
	return a
}

// another starts the application once more on the same database, as another process would.
func (a *app) another(changes ...func(*web.Config)) *app {
	another := &app{t: a.t, pool: a.pool}
	another.start(changes...)
	return another
}

func (a *app) start(changes ...func(*web.Config)) {
	t := a.t
	t.Helper()
	a.logged = &strings.Builder{}
	var err error
	a.store, err = dcb.NewEventStore(t.Context(), a.pool)
	require.NoError(t, err)
	t.Cleanup(a.store.Close)
	a.startProjector()
	config := a.newConfig(slog.New(slog.NewTextHandler(io.MultiWriter(a.logged, t.Output()), nil)))
	for _, change := range changes {
		change(&config)
	}
	a.serve(web.New(config))
}

// startProjector updates the read model until the test ends.
func (a *app) startProjector() {
	a.t.Helper()
	a.terms = readmodel.New(a.pool)
	ctx, cancel := context.WithCancel(context.Background())
	var projecting sync.WaitGroup
	projecting.Go(func() { a.terms.Project(ctx, a.store, slog.New(slog.NewTextHandler(a.t.Output(), nil))) })
	a.t.Cleanup(func() {
		cancel()
		projecting.Wait()
	})
	a.awaitPages()
}

func (a *app) newConfig(logger *slog.Logger) web.Config {
	receipts := receipt.NewStore(a.pool)
	a.theatre = lab.NewTheatre(a.pool, a.store, race.Recorder(receipts, logger), logger)
	a.t.Cleanup(a.theatre.Close)
	a.imports = intake.NewStore(a.pool)
	clerk := intake.NewClerk(a.imports, a.store, a.keys(), logger)
	a.t.Cleanup(clerk.Close)
	return web.Config{
		Config: site.Config{
			Log:         a.store,
			Keys:        a.keys(),
			Terms:       a.terms,
			Receipts:    receipts,
			SignIns:     signin.NewStore(a.pool),
			Ping:        a.pool.Ping,
			IsOutage:    func(error) bool { return false },
			IsFull:      func(error) bool { return false },
			Database:    "PostgreSQL",
			SessionKeys: [][]byte{[]byte(newKey)},
			Logger:      logger,
		},
		Theatre:  a.theatre,
		Imports:  a.imports,
		Clerk:    clerk,
		UnderWay: underway.NewStore(a.pool),
		Standing: operator.Source{
			Look: func(ctx context.Context) (standing.Report, error) {
				return standing.Look(ctx, a.pool, standing.Build{})
			},
			Pulse: func(ctx context.Context) ([]standing.Moment, error) { return standing.Pulse(ctx, a.pool) },
		},
	}
}

// serve answers requests over HTTP, with the trace that calls meanwhile.
func (a *app) serve(application *web.App) {
	a.t.Cleanup(application.Close)
	a.web, a.handler, a.gaps = application, application, application.Keeper()
	a.server = httptest.NewUnstartedServer(a.handler)
	a.server.Config.BaseContext = func(net.Listener) context.Context {
		return dcb.WithTrace(context.Background(), &dcb.Trace{Stepwise: true, Decided: func(step dcb.TraceDecided) {
			if a.meanwhile != nil {
				a.meanwhile(step.Attempt)
			}
		}})
	}
	a.server.Start()
	a.t.Cleanup(a.server.Close)
	a.t.Cleanup(application.Close) // before the server, which waits for open live pages
}

// A command is any command of package courses.
type command interface {
	Decide(ctx context.Context, log dcb.Log) error
}

// carryOut decides a command without a request to the application.
func (a *app) carryOut(cmd command) {
	a.t.Helper()
	require.NoError(a.t, cmd.Decide(context.Background(), a.store))
	a.awaitPages()
}

// awaitPages waits until pages show the whole log.
func (a *app) awaitPages() {
	a.t.Helper()
	shown, err := a.terms.Await(context.Background(), a.head(), time.Minute)
	require.NoError(a.t, err)
	require.True(a.t, shown)
}

// head returns the position of the last event.
func (a *app) head() int64 {
	head, err := a.store.Head(a.t.Context())
	require.NoError(a.t, err)
	return head.Position
}

// register registers a student with a sealed name, who can be forgotten.
func (a *app) register(id courses.StudentID, name string) {
	a.t.Helper()
	text, err := courses.SealName(a.t.Context(), a.keys(), id, name)
	require.NoError(a.t, err)
	a.carryOut(courses.RegisterStudent{Student: id, Name: text})
}

func (a *app) keys() *sealed.Keys { return sealed.NewKeys(a.pool, a.store) }

const passcode = "correct horse battery"

// guarded sets a passcode, so that only whoever knows it is the registrar.
func guarded(config *web.Config) { config.Passcode, config.Hosts = passcode, testHosts }

// testHosts are the hosts that httptest asks for.
var testHosts = []string{"example.com"}

// behindProxy trusts this machine as a proxy, so tests choose a client by X-Forwarded-For.
func behindProxy(config *web.Config) {
	config.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}

func (a *app) receipts() []receipt.Receipt {
	a.t.Helper()
	receipts, err := receipt.NewStore(a.pool).Latest(a.t.Context(), receipt.Filter{}, 1000)
	require.NoError(a.t, err)
	return receipts
}

// counts asks the database.
func (a *app) counts(sql string, args ...any) (n int) {
	a.t.Helper()
	require.NoError(a.t, a.pool.QueryRow(a.t.Context(), sql, args...).Scan(&n))
	return n
}

// between calls do once, between the next decision and its append.
func between(app *app, do func()) {
	var once sync.Once
	app.meanwhile = func(int) { once.Do(do) }
}
