package underway_test

import (
	"context"
	"errors"
	"fmt"

	"go-crablet/internal/pgtest"
	"go-crablet/underway"
)

// One process shows what it does. Another one finds that, and leaves a wish.
func Example() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	here, there := underway.NewStore(pool), underway.NewStore(pool)

	var record, wish string
	_, err := there.Find(ctx, underway.Held, "knots", &record)
	fmt.Println(errors.Is(err, underway.ErrNotFound))

	must(here.Show(ctx, underway.Held, "knots", "it is held", false))
	_, err = there.Find(ctx, underway.Held, "knots", &record)
	must(err)
	fmt.Println(record)

	must(there.Wish(ctx, "knots", "go on"))
	wished, err := here.Touch(ctx, "knots", &wish)
	must(err)
	fmt.Println(wished, wish)
	// Output:
	// true
	// it is held
	// true go on
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
