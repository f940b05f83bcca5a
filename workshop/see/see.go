package see

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/internal/pgurl"
	"go-crablet/lab"
	"go-crablet/receipt"
	"go-crablet/web/race"
)

// Main is the program that lets a guest race. It finds the application by its environment:
//
//	WORKSHOP_APP   its address, if that is not http://127.0.0.1:8080
//	DATABASE_URL   its database, if the application was started with one
//	WORKSHOP_DATA  its data directory, if the application was started with -data
func Main(guest lab.Guest) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, guest, os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, guest lab.Guest, getenv func(string) string, out io.Writer) error {
	app, err := findApp(ctx, getenv)
	if err != nil {
		return err
	}
	url, leave, err := findDatabase(ctx, getenv)
	if err != nil {
		return err
	}
	defer leave()
	config, err := pgurl.Database.Parse(url)
	if err != nil {
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	replay, err := raceOf(ctx, guest, pool)
	if err != nil {
		return fmt.Errorf("let %s race: %w", guest.Model, err)
	}
	if err := lab.NewStore(pool).SaveRace(ctx, replay); err != nil {
		return err
	}
	if err := app.shows(ctx, replay.ID); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s\n%s\n%s\n", replay.Result.Sentence, where(replay), app.race(replay.ID))
	return nil
}

// raceOf lets a guest race beside the log. If nothing was wrong there, it races on the log.
func raceOf(ctx context.Context, guest lab.Guest, pool *pgxpool.Pool) (lab.Replay, error) {
	beside, err := guest.RaceBeside(ctx, pool)
	if err != nil || !beside.Result.Exact {
		return beside, err
	}
	log, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		return lab.Replay{}, err
	}
	defer log.Close()
	receipts := race.GuestRecorder(receipt.NewStore(pool), slog.Default(), guest.Model)
	return guest.Race(ctx, log, receipts)
}

func where(replay lab.Replay) string {
	if replay.Guest.Beside {
		return "That is not right yet, so it happened beside the log of the application. See it here:"
	}
	return "That is right, so it happened on the log of the application, with a receipt for each decision. See it here:"
}
