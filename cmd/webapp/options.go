package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"

	"go-crablet/internal/localpg"
	"go-crablet/web/site"
)

const usage = `webapp serves the course subscriptions in a browser.

usage:
  webapp [flags]               serve until interrupted
  webapp migrate               apply the migrations to DATABASE_URL and exit
  webapp rebuild               fill the tables behind the pages again from the log, and exit
  webapp log export|import     write the log to a file, or read it from one: webapp log -h
  webapp [-addr …] healthcheck ask a running webapp whether it is well; exits with 0 if it is
  webapp status [-json]        say how processes and database stand; exits with 0 if well
  webapp version               print the version, the commit, and the version of Go

flags:
  -addr HOST:PORT  where to listen (default 127.0.0.1:8080)
  -data DIR        where to keep the private database and the session key
                   (default %s)
  -sample=BOOL     put a sample term into an empty log (default: yes into the
                   private database, no into the one that DATABASE_URL names)
  -write-rate N    how many forms a second a client may send (default 50; 0 for no limit)
  -costly-share P  the share of the time, in percent, that the pages that read much of the
                   log may take for one network (default 10; 0 for no limit)
  -keep-days N, -keep-receipts N, -keep-races N
                   how long receipts and races are kept, and how many (default 90, 100000,
                   500; 0 for no limit); pinned ones stay, and the log is never touched
  -host NAME,…     the names under which others reach it; with a passcode, only these
  -trusted-proxy CIDR,…
                   the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed
  -dcb-api         serve the log below /dcb/, to programs on this machine or with DCB_API_TOKEN
  -metrics-addr PORT|HOST:PORT
                   serve metrics at /metrics there; beyond this machine with METRICS_TOKEN only
  -debug-addr PORT|HOST:PORT
                   serve profiles of the program there, to this machine only
  -log-level L     debug, info, warn or error (default info)
  -log-format F    text or json (default text; LOG_FORMAT sets it, too)

environment:
  DATABASE_URL  a PostgreSQL to use, version 15 or later, for example
                postgres://user:secret@localhost:5432/courses
                Without it, webapp runs a private PostgreSQL in the data directory:
                the one that is installed, or else one that it downloads once.
  READ_DATABASE_URL  standbys of that database, to read pages from; one host or several
  REGISTRAR_PASSCODE  makes whoever knows it the registrar; at least 12 characters.
                Without it everybody is the registrar, and only this machine is served.
  SESSION_KEY   signs session cookies; at least 32 characters. To change it, set
                NEW,OLD for a month. Needed to serve others; without it, a key is
                made once and kept in the data directory.
  DCB_API_TOKEN, METRICS_TOKEN  bearer tokens for -dcb-api, -metrics-addr; at least 32 characters
  OTEL_EXPORTER_OTLP_ENDPOINT  sends traces to a collector, over HTTP, for example
                http://127.0.0.1:4318; the other OTEL_ variables for traces count, too

Two processes on one data directory share its database. SIGINT or SIGTERM stops the
program when the requests under way are answered.
`

// options are the settings of the command line and the environment.
type options struct {
	command     string // "", "migrate", "rebuild", "log", "healthcheck", "status" or "version"
	log         logCommand
	status      statusCommand
	addr        string
	data        string // "" for the default, see dataDir
	sample      bool
	writeRate   int
	costlyShare int
	keeping     site.Keeping
	hosts       []string
	proxies     []netip.Prefix
	dcbAPI      bool
	databaseURL string
	readURL     string // of standbys, or ""
	passcode    string
	sessionKeys []string
	dcbAPIToken string

	logLevel     slog.Level
	logFormat    string
	metricsAddr  string // "" for no metrics
	metricsToken string
	debugAddr    string // "" for no profiles
	sendsTraces  bool
}

// errHelp says that help was asked for, and is printed.
var errHelp = errors.New("help")

// parseOptions reads the command line and the environment. It fails if an option is not
// allowed, or a secret is too short. When help is asked for, it prints that and returns
// errHelp.
func parseOptions(args []string, getenv func(string) string, stdout io.Writer) (options, error) {
	o := options{
		databaseURL: getenv("DATABASE_URL"),
		readURL:     getenv("READ_DATABASE_URL"),
		passcode:    strings.TrimSpace(getenv("REGISTRAR_PASSCODE")),
		sessionKeys: splitList(getenv("SESSION_KEY")),
		dcbAPIToken: getenv("DCB_API_TOKEN"),

		metricsToken: getenv("METRICS_TOKEN"),
		logFormat:    getenv("LOG_FORMAT"),
	}
	var logLevel string
	flags := o.flags()
	flags.StringVar(&logLevel, "log-level", "info", "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return options{}, help(stdout)
	case err != nil:
		return options{}, fmt.Errorf("%w; webapp -h explains the flags", err)
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if given["data"] && o.data == "" { // as in -data "$DATA", where DATA is not set
		return options{}, errors.New("-data is empty: name a directory, or leave it out")
	}
	if err := o.parseCommand(flags.Args(), stdout); err != nil {
		return options{}, err
	}
	if o.readURL != "" && o.databaseURL == "" {
		return options{}, errors.New("READ_DATABASE_URL names standbys, and DATABASE_URL names no primary: set both")
	}
	if err := o.checkNumbers(); err != nil {
		return options{}, err
	}
	if err := o.checkSecrets(); err != nil {
		return options{}, err
	}
	if err := o.checkLogs(logLevel); err != nil {
		return options{}, err
	}
	if err := o.checkTelemetry(getenv); err != nil {
		return options{}, err
	}
	return o, nil
}

// help prints the help, and returns errHelp.
func help(stdout io.Writer) error {
	fmt.Fprintf(stdout, usage, defaultPlace())
	return errHelp
}

// flags returns the flags, which set these options when they are parsed.
func (o *options) flags() *flag.FlagSet {
	flags := newFlags("webapp")
	flags.StringVar(&o.addr, "addr", "127.0.0.1:8080", "")
	flags.StringVar(&o.data, "data", "", "")
	flags.BoolVar(&o.sample, "sample", o.databaseURL == "", "")
	flags.IntVar(&o.writeRate, "write-rate", 50, "")
	flags.IntVar(&o.costlyShare, "costly-share", 10, "")
	flags.IntVar(&o.keeping.Days, "keep-days", 90, "")
	flags.IntVar(&o.keeping.Receipts, "keep-receipts", 100_000, "")
	flags.IntVar(&o.keeping.Races, "keep-races", 500, "")
	flags.Func("host", "", func(list string) (err error) {
		o.hosts, err = parseHosts(list)
		return err
	})
	flags.Func("trusted-proxy", "", func(list string) (err error) {
		o.proxies, err = parseProxies(list)
		return err
	})
	flags.BoolVar(&o.dcbAPI, "dcb-api", false, "")
	flags.StringVar(&o.logFormat, "log-format", o.logFormat, "")
	flags.StringVar(&o.metricsAddr, "metrics-addr", "", "")
	flags.StringVar(&o.debugAddr, "debug-addr", "", "")
	return flags
}

// parseCommand reads the command, which stands after the flags.
func (o *options) parseCommand(args []string, stdout io.Writer) (err error) {
	if len(args) == 0 {
		return nil
	}
	o.command = args[0]
	if o.command == "log" {
		o.log, err = parseLogCommand(args[1:], stdout)
		return err
	}
	if errors.Is(newFlags("webapp "+o.command).Parse(args[1:]), flag.ErrHelp) {
		return help(stdout)
	}
	if o.command == "status" {
		o.status, err = parseStatusCommand(args[1:])
		return err
	}
	if len(args) > 1 {
		return errors.New("one command at most, and flags before it; webapp -h explains both")
	}
	switch o.command {
	case "", "migrate", "rebuild", "healthcheck", "version":
		return nil
	default:
		return fmt.Errorf("there is no command %q; webapp -h lists the commands", o.command)
	}
}

func (o *options) checkNumbers() error {
	if o.writeRate < 0 || o.writeRate > 1_000_000 {
		return errors.New("-write-rate is a number from 0 to 1000000")
	}
	if o.costlyShare < 0 || o.costlyShare > 100 {
		return errors.New("-costly-share is a number of percent, from 0 to 100")
	}
	if k := o.keeping; min(k.Days, k.Receipts, k.Races) < 0 || k.Days > 36_500 {
		return errors.New("-keep-days, -keep-receipts and -keep-races are numbers from 0, and -keep-days is 36500 at most")
	}
	return nil
}

// newFlags returns an empty set of flags. It prints nothing by itself.
func newFlags(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	return flags
}

// dataDir returns the data directory. It fails if -data names none and there is no default.
func (o options) dataDir() (string, error) {
	if o.data != "" {
		return filepath.Abs(o.data)
	}
	server, err := localpg.DefaultDir()
	if err != nil {
		return "", fmt.Errorf("%w; choose another place with -data", err)
	}
	return filepath.Dir(server), nil
}

// defaultPlace says in words where the data directory is without -data.
func defaultPlace() string {
	dir, err := options{}.dataDir()
	if err != nil {
		return "go-crablet below XDG_DATA_HOME, or else below HOME; neither is set now"
	}
	return dir
}
