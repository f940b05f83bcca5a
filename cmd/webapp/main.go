// Command webapp serves the course subscriptions. "webapp -h" explains how.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbhttp"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/intake"
	"go-crablet/lab"
	"go-crablet/nearby"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/signin"
	"go-crablet/standing"
	"go-crablet/underway"
	"go-crablet/web"
	"go-crablet/web/race"
	"go-crablet/web/site"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal kills the program, without waiting for requests
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "webapp:", err)
		os.Exit(1)
	}
}

// Main is the program that serves: its parts, in the order in which Open opens them. Tests
// start it, too.
type Main struct {
	options options
	logger  *slog.Logger

	listener    net.Listener
	telemetry   *telemetry
	database    *database
	standbys    *nearby.Standbys // nil unless READ_DATABASE_URL names some
	store       *dcb.Store
	sessionKeys [][]byte
	terms       *readmodel.Model
	receipts    *receipt.Store
	theatre     *lab.Theatre
	keys        *sealed.Keys
	imports     *intake.Store
	clerk       *intake.Clerk
	app         *web.App
	api         *dcbhttp.API // nil unless it is asked for
	handler     http.Handler

	closers []func() // one for each open part, in the order in which they were opened
}

// NewMain returns the program that the options ask for. None of it is open yet.
func NewMain(o options, logger *slog.Logger) *Main { return &Main{options: o, logger: logger} }

// Open opens the parts, each before those that need it. If one can't be opened, Open closes
// those that are open, and returns why.
func (m *Main) Open(ctx context.Context) error {
	for _, open := range []func(context.Context) error{
		m.listen,
		m.openTelemetry,
		m.openDatabase,
		m.openLog,
		m.loadSampleTerm,
		m.openStandbys,
		m.readSessionKeys,
		m.openReadModel,
		m.openReceipts,
		m.openClerk,
		m.openTheatre,
		m.openApp,
	} {
		if err := open(ctx); err != nil {
			return errors.Join(err, m.Close())
		}
	}
	return nil
}

// URL is the address under which a browser on this machine finds the program.
func (m *Main) URL() string { return urlOf(m.listener.Addr()) }

// Serve answers requests until ctx ends, and returns when those under way are answered. Call
// it once, after Open.
func (m *Main) Serve(ctx context.Context) error {
	// At the same time as the requests end: all may wait for the same database.
	defer context.AfterFunc(ctx, m.theatre.Close)()
	defer context.AfterFunc(ctx, m.clerk.Close)()
	defer context.AfterFunc(ctx, m.app.Close)()
	if m.api != nil {
		defer context.AfterFunc(ctx, m.api.Close)()
	}
	return serve(ctx, m.listener, m.handler, m.logger)
}

// Close closes the parts that are open, the last one first. It may be called again.
func (m *Main) Close() error {
	for _, closePart := range slices.Backward(m.closers) {
		closePart()
	}
	m.closers = nil
	if m.listener == nil {
		return nil
	}
	if err := m.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("stop listening: %w", err)
	}
	return nil
}

// onClose makes Close call closePart, before it closes the parts that were opened earlier.
func (m *Main) onClose(closePart func()) { m.closers = append(m.closers, closePart) }

// listen takes the address first, so that a mistake is told before anything takes time. It
// fails if others can reach the address, and the secrets for that are missing.
func (m *Main) listen(context.Context) (err error) {
	o := m.options
	if m.listener, err = net.Listen("tcp", o.addr); err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address with -addr", o.addr, rootCause(err))
	}
	if len(o.proxies) > 0 {
		if err := o.mayServeOthers("leave -trusted-proxy out"); err != nil {
			return err
		}
	}
	if !isLoopback(m.listener.Addr()) {
		if err := o.mayServeOthers("choose a loopback address with -addr"); err != nil {
			return err
		}
		m.logger.Warn("anybody who reaches this address can act as any student", "addr", m.listener.Addr().String())
	}
	return nil
}

func (m *Main) openDatabase(ctx context.Context) (err error) {
	if m.database, err = openDatabase(ctx, m.options, m.logger); err != nil {
		return err
	}
	m.onClose(m.database.Close)
	return nil
}

func (m *Main) openLog(ctx context.Context) (err error) {
	if m.store, err = dcb.Open(ctx, m.database.pool, m.telemetry.storeOptions(dcb.Options{Logger: m.logger})); err != nil {
		return err
	}
	m.onClose(m.store.Close)
	return nil
}

func (m *Main) loadSampleTerm(ctx context.Context) error {
	if !m.options.sample {
		return nil
	}
	loaded, err := courses.LoadSampleTerm(ctx, m.store)
	if err != nil {
		return fmt.Errorf("load the sample term: %w", err)
	}
	if loaded {
		m.logger.Info("loaded the sample term")
	}
	return nil
}

func (m *Main) readSessionKeys(context.Context) (err error) {
	m.sessionKeys, err = sessionKeys(m.options)
	return err
}

// openReadModel starts to apply the log to the tables that pages show, and waits until
// they show it.
func (m *Main) openReadModel(ctx context.Context) error {
	m.terms = readmodel.New(m.database.pool)
	m.onClose(startProjector(m.terms, m.store, m.logger))
	return awaitPages(ctx, m.terms, m.store, m.logger)
}

func (m *Main) openReceipts(context.Context) error {
	m.receipts = receipt.NewStore(m.database.pool)
	return nil
}

// openClerk opens what carries out imports, and goes on with those that were left.
func (m *Main) openClerk(context.Context) error {
	m.keys = sealed.NewKeys(m.database.pool, m.store)
	m.imports = intake.NewStore(m.database.pool)
	m.clerk = intake.NewClerk(m.imports, m.store, m.keys, m.logger)
	m.onClose(m.clerk.Close)
	return nil
}

// openTheatre opens what decides in the background: races and comparisons of strategies.
func (m *Main) openTheatre(context.Context) error {
	record := race.Recorder(m.receipts, m.logger)
	m.theatre = lab.NewTheatre(m.database.pool, m.store, func(ctx context.Context, cmd dcb.Command) (context.Context, *dcb.Trace, func() string) {
		return record(ofRace(ctx), cmd)
	}, m.logger)
	m.onClose(startTidying(m.receipts, m.theatre.Runs, m.imports, underway.NewStore(m.database.pool), m.options.keeping, m.logger))
	m.onClose(m.theatre.Close)
	return nil
}

// openApp makes the web application, and the event API beside it if that is asked for.
func (m *Main) openApp(context.Context) error {
	pool, program := m.database.pool, standing.ThisBuild(version)
	m.app = web.New(web.Config{Theatre: m.theatre, Imports: m.imports, Clerk: m.clerk, UnderWay: underway.NewStore(pool), Standing: m.standing(program), Config: site.Config{
		Log:      m.store,
		Keys:     m.keys,
		Terms:    m.terms,
		Receipts: m.receipts,
		SignIns:  signin.NewStore(m.database.pool),
		Ping:     m.database.pool.Ping,
		IsOutage: isOutage,
		IsFull:   isFull,
		Database: m.database.name,
		Program:  program.String(),
		Logger:   m.logger,
		Nearby:   m.standbys,

		SessionKeys:     m.sessionKeys,
		Passcode:        m.options.passcode,
		Keeping:         m.options.keeping,
		Hosts:           m.options.hosts,
		TrustedProxies:  m.options.proxies,
		WritesPerSecond: m.options.writeRate,
		CostlyShare:     m.options.costlyShare,
	}})
	m.onClose(m.app.Close)
	m.onClose(standing.Announce(pool, standing.Process{Address: m.listener.Addr().String(), Program: program, Load: m.load}, m.logger))
	m.handler = m.app
	if m.options.dcbAPI {
		m.api = dcbhttp.New(dcbhttp.Config{
			Log:      m.store,
			Ping:     m.database.pool.Ping,
			IsOutage: isOutage,
			IsFull:   isFull,
			Token:    m.options.dcbAPIToken,
			Logger:   m.logger,
		})
		m.handler = withAPI(m.app, m.api)
	}
	m.handler = m.watchRequests(m.handler)
	return m.watchApp()
}
