package nearby_test

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/pgtest"
	"go-crablet/nearby"
)

// A request chooses once where it reads. The server that is named here is a primary, so it is not
// read as a standby.
func ExampleStandbys_Choose() {
	ctx := context.Background()
	primary := pgtest.Open()
	defer primary.Close()
	standbys, err := nearby.Open(ctx, primary, []*pgxpool.Config{primary.Config()}, slog.New(slog.DiscardHandler))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer standbys.Close()

	seen, _ := standbys.Now(ctx) // what the visitor has done
	chosen, done := standbys.Choose(ctx, seen)
	defer done()
	fmt.Println("read from", nearby.Source(chosen))
	fmt.Println(nearby.Pool(chosen, primary) == primary)
	fmt.Println(standbys.States()[0].Words())
	// Output:
	// read from the primary, since no standby can be used
	// true
	// not used: it accepts writes, so it is a primary
}
