package dcbschema_test

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbschema"
	"go-crablet/internal/pgtest"
)

// SQL makes a log in an empty schema. If later versions of the log are to follow, give Files to
// a migration tool instead.
func ExampleSQL() {
	ctx := context.Background()
	outer := pgtest.Open()
	defer outer.Close()
	config := outer.Config()
	config.ConnConfig.RuntimeParams["search_path"] = "shop"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		panic(err)
	}
	defer pool.Close()

	if _, err := pool.Exec(ctx, "create schema shop"); err != nil {
		panic(err)
	}
	if _, err := pool.Exec(ctx, dcbschema.SQL()); err != nil {
		panic(err)
	}
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer store.Close()
	fmt.Println(store.Head(ctx))

	files, err := fs.Glob(dcbschema.Files, "*.sql")
	fmt.Println(files[0], err)
	// Output:
	// {0  0001-01-01 00:00:00 +0000 UTC} <nil>
	// 0001_dcb.sql <nil>
}
