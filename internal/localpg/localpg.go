//go:build linux || darwin

package localpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"sync"
	"syscall"
	"time"
)

// A Server is a PostgreSQL that runs at least until Close. Its methods may be
// called concurrently.
type Server struct {
	cfg   Config
	home  *home
	users *os.File // its shared lock says that there is a user
	place *os.File // one of as many as the server has connections for
	hold  *hold    // belongs to watch until that has returned; nil while no server is up

	socketDir string // where the socket was when Start returned, for URL

	close func() error
}

// Start makes sure that a server runs in the directory of the configuration, and
// returns when it accepts connections. ctx bounds the start, not the server.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	h, err := openHome(cfg)
	if errors.Is(err, syscall.EROFS) {
		err = fmt.Errorf("%w: choose a directory that can be written to", err)
	}
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	s := &Server{cfg: cfg, home: h}
	if err := s.connect(ctx); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx) // all else that went wrong follows from it
		}
		if left := s.disconnect(); !errors.Is(err, errStays) { // it stays for both
			err = errors.Join(err, left)
		}
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}

	s.socketDir = s.home.socketDir
	watchCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	var watching sync.WaitGroup
	watching.Go(func() { s.watch(watchCtx) })
	s.close = sync.OnceValue(func() error {
		stop()
		watching.Wait()
		return s.disconnect()
	})
	return s, nil
}

func (c Config) withDefaults() (Config, error) {
	c.Log = cmp.Or(c.Log, quiet)
	if c.Registry == "" {
		c.Registry = os.Getenv("NPM_CONFIG_REGISTRY")
	}
	if c.Registry == "" {
		c.Registry = publicRegistry
	}
	if c.Search == nil {
		c.Search = usualPlaces()
	}
	if c.Major != 0 && c.Major < minMajor {
		return c, fmt.Errorf("PostgreSQL %d is too old: it has to be %d or newer", c.Major, minMajor)
	}
	if c.Ephemeral && c.Dir != "" {
		return c, errors.New("an ephemeral server makes its own directory: leave Dir empty")
	}
	return c, nil
}

// URL returns the URL of a database on the server, which stays the same when the
// server is started again. A new server has the database "postgres". The URL leads there
// for pgx whatever the environment says, PGSERVICE and PGOPTIONS for example.
func (s *Server) URL(database string) string {
	return withoutEnvironment(socketURL(s.socketDir, database), s.home.dir)
}

// socketURL returns the URL of a database behind a unix socket. It names what
// PGPORT and PGUSER could otherwise change.
func socketURL(socketDir, database string) string {
	return "postgres://" + superuser + "@/" + url.PathEscape(database) + "?host=" + escape(socketDir) + "&port=" + port
}

const (
	superuser = "postgres"
	port      = "5432" // part of the socket's name, and no more than that
)

// PID returns the process id of PostgreSQL itself, for those who want to hurt it,
// or false if it is not running at the moment.
func (s *Server) PID() (int, bool) {
	pid, err := s.home.serverPID()
	return pid, err == nil
}

// Close lets go of the server. If nobody else uses it, Close also waits until
// the server has shut down and no process of it is left, 10 seconds at most.
func (s *Server) Close() error { return s.close() }

// connect joins the server that is running, or starts one.
func (s *Server) connect(ctx context.Context) error {
	unlock, err := s.home.lock(ctx, "lock")
	if err != nil {
		return err
	}
	defer unlock()

	if s.users == nil {
		if s.place, err = s.home.takePlace(); err != nil {
			return err
		}
		if s.users, err = s.home.announce(ctx); err != nil {
			return err
		}
	}
	if err := s.home.leaveService(); err != nil {
		return err
	}
	if s.hold, err = s.home.join(ctx); s.hold != nil || err != nil {
		return err
	}
	s.home.socketDir = socketDirFor(s.home.dir)
	if err := s.home.settle(ctx); err != nil {
		return err
	}
	s.hold, err = s.launch(ctx)
	return err
}

// launch starts PostgreSQL, with the programs that fit the data.
func (s *Server) launch(ctx context.Context) (*hold, error) {
	major, err := s.home.dataVersion()
	if err != nil {
		return nil, err
	}
	bin, err := s.findOrDownload(ctx, major)
	if err != nil {
		return nil, err
	}
	if major == 0 {
		s.cfg.Log.Info("making a new database", slog.String("dir", s.home.dir))
		if err := s.home.initdb(ctx, bin); err != nil {
			return nil, err
		}
	}
	return s.home.launch(ctx, bin)
}

const (
	longestTurn  = longestSilence / 2 // to wait for the lock at the end
	longestClose = 10 * time.Second   // to wait for the end of the server
)

// disconnect lets go of the leash, and waits for the end if we were the last.
func (s *Server) disconnect() error {
	defer s.home.root.Close()
	defer s.users.Close()
	defer s.place.Close()
	defer s.hold.release() // even if the lock can't be had
	brief, cancel := context.WithTimeout(context.Background(), longestTurn)
	defer cancel()
	unlock, err := s.home.lock(brief, "lock")
	if errors.Is(err, context.DeadlineExceeded) {
		return nil // somebody else starts, and so uses the server
	}
	if err != nil {
		return err
	}
	defer unlock()

	if s.users == nil && !s.cfg.Ephemeral || s.users != nil && !lastUser(s.users) {
		return nil
	}
	s.hold.release()
	ctx, cancel := context.WithTimeoutCause(context.Background(), longestClose, errStays)
	defer cancel()
	if err := s.home.settle(ctx); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	s.hold.reap()
	os.Remove(s.home.socketDir) // it may be in /tmp; a killed server leaves its socket there, and that is fine
	if s.cfg.Ephemeral {        // the keeper has done this, unless it died before
		return os.RemoveAll(s.home.dir)
	}
	return nil
}

const (
	heartbeat = 100 * time.Millisecond
	maxPause  = 5 * time.Second
)

// watch starts the server again whenever it has died. If that happens over and
// over, it looks less and less often.
func (s *Server) watch(ctx context.Context) {
	for pause := heartbeat; sleep(ctx, pause) == nil; {
		if !s.hold.ended() {
			pause = heartbeat
			continue
		}
		pause = min(2*pause, maxPause)
		s.cfg.Log.Warn("PostgreSQL has died, starting it again", slog.String("log", s.home.path("log")))
		s.hold.release()
		if err := s.connect(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("PostgreSQL could not be started again", slog.Any("error", err))
		}
		if s.hold != nil && s.home.socketDir != s.socketDir {
			s.cfg.Log.Error("PostgreSQL was started again under another path of its directory: this program has to be started again", slog.String("socket", s.home.socketDir))
		}
	}
}
