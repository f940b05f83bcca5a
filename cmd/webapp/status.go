package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/localpg"
	"go-crablet/internal/pgurl"
	"go-crablet/standing"
	"go-crablet/web/operator"
)

// longestStatus bounds how long "webapp status" takes.
const longestStatus = time.Minute

// A statusCommand says how to print the report.
type statusCommand struct{ asJSON bool }

func parseStatusCommand(args []string) (c statusCommand, err error) {
	flags := newFlags("webapp status")
	flags.BoolVar(&c.asJSON, "json", false, "")
	if err := flags.Parse(args); err != nil {
		return c, fmt.Errorf("%w; webapp -h explains the flags", err)
	}
	if flags.NArg() > 0 {
		return c, fmt.Errorf("webapp status takes no %q; webapp -h explains what it takes", flags.Arg(0))
	}
	return c, nil
}

// status prints how the program and its database stand. It changes nothing, and fails if a line
// of the report is outside its normal range. It takes a database as it is: not migrated, or on
// a standby.
func status(ctx context.Context, o options, logger *slog.Logger, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, longestStatus)
	defer cancel()
	url, which, leave, err := o.existingDatabase(ctx, logger)
	if err != nil {
		return err
	}
	defer leave()
	config, err := pgurl.Database.Parse(url)
	if err != nil {
		return err
	}
	config.MaxConns = 2 // one answers while another is closed because it was too slow
	config.ConnConfig.ConnectTimeout = longestConnect
	setForms(config.ConnConfig)
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec // a prepared statement would stay in a pooler's session
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	report, err := standing.Look(ctx, pool, standing.ThisBuild(version))
	if err != nil {
		return fmt.Errorf("%s: %w", which, oneLine(err))
	}
	standbys, err := openStandbys(ctx, o.readURL, pool, 2, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if standbys != nil {
		defer closeSoon(standbys.Close)
	}
	report = withStandbys(report, standbys)
	if err := printReport(report, o.status.asJSON, stdout); err != nil {
		return err
	}
	if n := report.Unwell(); n > 0 {
		return fmt.Errorf("%s", report.Verdict())
	}
	return nil
}

// standing tells the pages of the operator what the command tells, too.
func (m *Main) standing(program standing.Build) operator.Source {
	return operator.Source{
		Look: func(ctx context.Context) (standing.Report, error) {
			report, err := standing.Look(ctx, m.database.pool, program)
			return withStandbys(report, m.standbys), err
		},
		Pulse: func(ctx context.Context) ([]standing.Moment, error) { return standing.Pulse(ctx, m.database.pool) },
	}
}

// load is what the program says of itself to other processes.
func (m *Main) load() standing.Load {
	viewers, told := m.app.News()
	return standing.Load{Waiting: m.store.OldestAppend(), Viewers: viewers, Told: told}
}

func printReport(report standing.Report, asJSON bool, stdout io.Writer) error {
	if !asJSON {
		return report.WriteText(stdout)
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}

// existingDatabase returns the URL of the database that DATABASE_URL names, or that of the private
// one, whose server it starts if it does not run. It makes no new one. Call leave when the
// database is no longer needed.
func (o options) existingDatabase(ctx context.Context, logger *slog.Logger) (url, which string, leave func(), err error) {
	if o.databaseURL != "" {
		return o.databaseURL, namedDatabase, func() {}, nil
	}
	dir, err := o.existingDir()
	if err != nil {
		return "", "", nil, err
	}
	server, err := localpg.Start(ctx, localpg.Config{Dir: dir, Log: logger})
	if err != nil {
		return "", "", nil, err
	}
	return server.URL("postgres"), privateDatabase, func() { _ = server.Close() }, nil
}
