package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"go-crablet/dcb/dcbfile"
)

const logUsage = `webapp log writes the log to a file, and reads a log from such a file.

usage:
  webapp [flags] log export [-o FILE]  write all events to FILE, or to standard output
  webapp [flags] log import [FILE]     store the events of FILE, or of standard input, in a
                                       log that is empty
  webapp [flags] log discard           remove what an interrupted import has stored

The file is text: a line of JSON for each event, and a digest at the end. It has the events
only. Receipts, races, sign-ins and the keys of sealed texts are not in it. The names of
students are sealed: to read them in the other database, copy the rows of dcb_subject_key.
webapp fills the tables behind the pages from the log when it starts.

To go on with an import that was interrupted, start it again with the same file. Until it is
finished, webapp does not start on that database, and nobody can use the log. If something is
wrong with the file, the log is empty as before. The progress is printed to standard error.
`

// A logCommand says what to do with the log.
type logCommand struct {
	verb string // "export", "import" or "discard"
	file string // "" for standard input or output
}

func parseLogCommand(args []string, stdout io.Writer) (logCommand, error) {
	flags := newFlags("webapp log")
	err := flags.Parse(args)
	if err == nil && flags.NArg() == 0 {
		return logCommand{}, errors.New("webapp log needs a command: export, import or discard; webapp log -h explains them")
	}
	c := logCommand{verb: flags.Arg(0)}
	if err == nil {
		rest := flags.Args()[1:]
		flags = newFlags("webapp log " + c.verb)
		if c.verb == "export" {
			flags.StringVar(&c.file, "o", "", "")
		}
		err = flags.Parse(rest)
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, logUsage)
		return c, errHelp
	case err != nil:
		return c, fmt.Errorf("%w; webapp log -h explains the flags", err)
	}
	given := flags.Args()
	switch c.verb {
	case "export", "discard":
	case "import":
		if len(given) > 0 {
			c.file, given = given[0], given[1:]
		}
	default:
		return c, fmt.Errorf("there is no command %q for the log; webapp log -h lists the commands", c.verb)
	}
	if len(given) > 0 {
		return c, fmt.Errorf("webapp log %s takes no %q; webapp log -h explains what it takes", c.verb, given[0])
	}
	return c, nil
}

// onLog carries out a command on the log.
func onLog(ctx context.Context, o options, logger *slog.Logger, stdin io.Reader, stdout, stderr io.Writer) error {
	open := openExistingDatabase
	if o.log.verb == "import" { // which fills a new database, too
		open = openDatabase
	}
	database, err := open(ctx, o, logger)
	if err != nil {
		return err
	}
	defer database.Close()
	switch o.log.verb {
	case "export":
		return exportLog(ctx, o.log.file, database, stdout, stderr)
	case "import":
		return importLog(ctx, o.log.file, database, stdin, stdout, stderr)
	default:
		return discardImport(ctx, database, stdout)
	}
}

func exportLog(ctx context.Context, path string, database *database, stdout, stderr io.Writer) error {
	var summary dcbfile.Summary
	write := func(out io.Writer) (err error) {
		progress := newProgress(stderr)
		summary, err = dcbfile.Export(ctx, database.pool, out, progress.tell)
		progress.end()
		return err
	}
	var err error
	if path == "" {
		err = write(stdout)
	} else {
		err = writeFile(path, write)
	}
	if err != nil {
		return oneLine(err)
	}
	fmt.Fprintf(stderr, "exported %d events; the digest is %s\n", summary.Events, summary.SHA256)
	return nil
}

// writeFile makes a file with what write writes, for its owner only. The file appears at the
// path when it is complete; until then, what was there before stays. The path must not be
// that of a directory or a device.
func writeFile(path string, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", path)
	}
	part, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			part.Close()
			os.Remove(part.Name())
		}
	}()
	if err := write(part); err != nil {
		return err
	}
	if err := part.Sync(); err != nil {
		return err
	}
	if err := part.Close(); err != nil {
		return err
	}
	return os.Rename(part.Name(), path)
}

func importLog(ctx context.Context, path string, database *database, stdin io.Reader, stdout, stderr io.Writer) error {
	if path != "" {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		stdin = file
	}
	progress := newProgress(stderr)
	summary, err := dcbfile.Import(ctx, database.pool, stdin, func(done, total int64) {
		if progress.told.IsZero() && done > 0 {
			fmt.Fprintf(stderr, "%d events are stored already, by an import that was interrupted: going on after them\n", done)
			progress.resume(done)
		}
		progress.tell(done, total)
	})
	progress.end()
	if err != nil {
		return oneLine(err)
	}
	fmt.Fprintf(stdout, "imported %d events; the digest is %s\n", summary.Events, summary.SHA256)
	return nil
}

func discardImport(ctx context.Context, database *database, stdout io.Writer) error {
	events, err := dcbfile.Discard(ctx, database.pool)
	if err != nil {
		return oneLine(err)
	}
	fmt.Fprintf(stdout, "discarded %d events; the log is empty\n", events)
	return nil
}
