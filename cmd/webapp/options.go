package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"

	"go-crablet/internal/localpg"
)

const usage = `webapp serves the course subscriptions in a browser.

usage:
  webapp [flags]               serve until interrupted
  webapp migrate               apply the migrations to DATABASE_URL and exit
  webapp [-addr …] healthcheck ask a running webapp how it is; exits 0 when all is well

flags:
  -addr HOST:PORT  where to listen (default 127.0.0.1:8080)
  -data DIR        where to keep the private database and the session key
                   (default %s)
  -sample=BOOL     put a sample term into an empty log (default: yes into the
                   private database, no into the one that DATABASE_URL names)
  -dcb-api         serve the event log to other programs, below /dcb/: to those
                   on this machine, or with DCB_API_TOKEN to whoever has it

environment:
  DATABASE_URL  a PostgreSQL to use, version 15 or later, for example
                postgres://user:secret@localhost:5432/courses
                Without it, webapp runs a private PostgreSQL in the data directory:
                the one that is installed, or else one that it downloads once.
  SESSION_KEY   signs the session cookie; at least 32 characters. Without it, a
                key is made once and kept in the data directory.
  DCB_API_TOKEN what -dcb-api asks for, as a bearer token; at least 32 characters
  LOG_FORMAT    "json" for logs in JSON (default: text)

Two processes on one data directory share its database. SIGINT and SIGTERM finish
what is under way and stop everything.
`

// options are what the command line and the environment ask for.
type options struct {
	command     string // "", "migrate" or "healthcheck"
	addr        string
	data        string
	sample      bool
	dcbAPI      bool
	databaseURL string
	sessionKey  string
	dcbAPIToken string
	logFormat   string
}

// errHelp says that help was asked for, and given.
var errHelp = errors.New("help")

func parseOptions(args []string, getenv func(string) string, stdout io.Writer) (options, error) {
	serverDir, err := localpg.DefaultDir()
	if err != nil {
		return options{}, err
	}
	defaultData := filepath.Dir(serverDir)
	o := options{
		databaseURL: getenv("DATABASE_URL"),
		sessionKey:  getenv("SESSION_KEY"),
		dcbAPIToken: getenv("DCB_API_TOKEN"),
		logFormat:   getenv("LOG_FORMAT"),
	}

	flags := flag.NewFlagSet("webapp", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.addr, "addr", "127.0.0.1:8080", "")
	flags.StringVar(&o.data, "data", defaultData, "")
	flags.BoolVar(&o.sample, "sample", o.databaseURL == "", "")
	flags.BoolVar(&o.dcbAPI, "dcb-api", false, "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(stdout, usage, defaultData)
		return options{}, errHelp
	case err != nil:
		return options{}, fmt.Errorf("%w; webapp -h explains the flags", err)
	}
	if flags.NArg() > 1 {
		return options{}, fmt.Errorf("one command at most, and flags before it; webapp -h explains both")
	}
	switch o.command = flags.Arg(0); o.command {
	case "", "migrate", "healthcheck":
	default:
		return options{}, fmt.Errorf("there is no command %q; webapp -h explains those there are", o.command)
	}
	if o.sessionKey != "" && len(o.sessionKey) < 32 {
		return options{}, errors.New("SESSION_KEY is too short: it needs 32 characters, for example those of openssl rand -hex 32")
	}
	if o.dcbAPIToken != "" && len(o.dcbAPIToken) < 32 {
		return options{}, errors.New("DCB_API_TOKEN is too short: it needs 32 characters, for example those of openssl rand -hex 32")
	}
	if o.data, err = filepath.Abs(o.data); err != nil {
		return options{}, err
	}
	return o, nil
}
