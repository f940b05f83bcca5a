package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbhttp"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/gap"
	"go-crablet/lab"
	"go-crablet/migrations"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/signin"
	"go-crablet/web"
)

// run is the program. It returns when ctx is done and everything has stopped.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	o, err := parseOptions(args, getenv, stdout)
	if errors.Is(err, errHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	switch o.command {
	case "migrate":
		return migrate(ctx, o, newLogger(o, stderr), stdout)
	case "healthcheck":
		return healthcheck(ctx, o)
	case "rebuild":
		return rebuild(ctx, o, newLogger(o, stderr), stdout)
	case "log":
		return onLog(ctx, o, newLogger(o, stderr), os.Stdin, stdout, stderr)
	}
	logger := newLogger(o, stderr)
	err = serveApp(ctx, o, logger, stdout)
	if err != nil && ctx.Err() != nil {
		logger.Info("stopped while it was starting", "error", err)
		return nil
	}
	return err
}

// serveApp brings everything up, serves, and takes everything down in reverse.
func serveApp(ctx context.Context, o options, logger *slog.Logger, stdout io.Writer) error {
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address with -addr", o.addr, rootCause(err))
	}
	defer listener.Close()
	if len(o.proxies) > 0 {
		if err := o.mayServeOthers("leave -trusted-proxy out"); err != nil {
			return err
		}
	}
	if !isLoopback(listener.Addr()) {
		if err := o.mayServeOthers("choose a loopback address with -addr"); err != nil {
			return err
		}
		logger.Warn("anybody who reaches this address can act as any student", "addr", listener.Addr().String())
	}

	database, err := openDatabase(ctx, o, logger)
	if err != nil {
		return err
	}
	defer database.Close()

	store, err := dcb.Open(ctx, database.pool, dcb.Options{Logger: logger})
	if err != nil {
		return err
	}
	defer store.Close()

	if o.sample {
		loaded, err := courses.LoadSampleTerm(ctx, store)
		if err != nil {
			return fmt.Errorf("load the sample term: %w", err)
		}
		if loaded {
			logger.Info("loaded the sample term")
		}
	}
	keys, err := sessionKeys(o)
	if err != nil {
		return err
	}
	terms := readmodel.New(database.pool)
	defer project(terms, store, logger)()
	if err := awaitPages(ctx, terms, store, logger); err != nil {
		return err
	}
	receipts := receipt.NewStore(database.pool)
	theatre := lab.NewTheatre(database.pool, store, logger)
	theatre.Record = web.ReceiptsOfRaces(receipts, logger)
	defer tidy(receipts, theatre.Runs, o.keeping, logger)()
	gaps := gap.NewKeeper(gap.Longest)
	endBackground := sync.OnceFunc(func() { endBackground(theatre, gaps, logger) })
	context.AfterFunc(ctx, endBackground) // beside the requests: both may wait for the same database
	defer endBackground()
	app := web.New(web.Config{
		Log:      store,
		Keys:     sealed.NewKeys(database.pool, store),
		Terms:    terms,
		Receipts: receipts,
		Theatre:  theatre,
		Gaps:     gaps,
		SignIns:  signin.NewStore(database.pool),
		Ping:     database.pool.Ping,
		IsOutage: isOutage,
		Database: database.name,
		Logger:   logger,

		SessionKeys:     keys,
		Passcode:        o.passcode,
		Keeping:         o.keeping,
		Hosts:           o.hosts,
		TrustedProxies:  o.proxies,
		WritesPerSecond: o.writeRate,
		CostlyShare:     o.costlyShare,
		Stopping:        ctx,
	})
	defer app.Close()
	handler := http.Handler(app)
	if o.dcbAPI {
		handler = withAPI(handler, dcbhttp.New(dcbhttp.Config{
			Log:      store,
			Ping:     database.pool.Ping,
			IsOutage: isOutage,
			Token:    o.dcbAPIToken,
			Logger:   logger,
		}))
	}
	fmt.Fprintf(stdout, "listening on %s\n", urlOf(listener.Addr()))
	return serve(ctx, listener, handler, logger)
}

// endBackground ends what no request waits for, and returns when nothing of it is left.
func endBackground(theatre *lab.Theatre, gaps *gap.Keeper, logger *slog.Logger) {
	var ending sync.WaitGroup
	ending.Go(theatre.Close)
	ending.Go(func() {
		if n := gaps.Close(); n > 0 {
			logger.Info("ended what was held before its append, and appended none of it", "decisions", n)
		}
	})
	ending.Wait()
}

// withAPI serves the event API beside the application: a session and a page to
// tell what went wrong are no use to a program.
func withAPI(app, api http.Handler) http.Handler {
	// A mux of the standard library would answer some paths by itself, without our headers.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/dcb/") {
			api.ServeHTTP(w, r)
			return
		}
		app.ServeHTTP(w, r)
	})
}

// newLogger writes text for people, or JSON for machines when asked to.
func newLogger(o options, stderr io.Writer) *slog.Logger {
	if o.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(stderr, nil))
	}
	return slog.New(slog.NewTextHandler(stderr, nil))
}

// migrate applies the migrations and says how many.
func migrate(ctx context.Context, o options, logger *slog.Logger, stdout io.Writer) error {
	if o.databaseURL == "" {
		return errors.New("migrate needs DATABASE_URL; the private database is migrated whenever webapp starts")
	}
	if _, err := checkDatabase(ctx, o.databaseURL, namedDatabase, logger); err != nil {
		return err
	}
	n, err := migrations.Apply(ctx, o.databaseURL, waitsToMigrate(logger))
	if err != nil {
		return oneLine(err)
	}
	fmt.Fprintf(stdout, "applied %d migrations\n", n)
	return nil
}

// waitsToMigrate says what is waited for.
func waitsToMigrate(logger *slog.Logger) func() {
	return func() { logger.Info("another process migrates the database: waiting until it is done") }
}

// healthcheck asks the webapp at -addr how it is.
func healthcheck(ctx context.Context, o options) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	addr, err := net.ResolveTCPAddr("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("-addr: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, urlOf(addr)+"/healthz", nil)
	if err != nil {
		return err
	}
	direct := &http.Client{Transport: &http.Transport{}} // a proxy would answer for nobody
	response, err := direct.Do(request)
	if err != nil {
		return rootCause(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", request.URL, response.Status)
	}
	return nil
}
