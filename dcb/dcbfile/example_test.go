package dcbfile_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbfile"
	"go-crablet/internal/pgtest"
)

// A log moves to another database.
func Example() {
	ctx := context.Background()
	pool, other := pgtest.Open(), pgtest.Open()
	defer pool.Close()
	defer other.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer store.Close()
	taken := dcb.NewInputEvent("SeatTaken", dcb.NewTags("seat", "12A"), []byte(`{"by": "ada"}`))
	if _, err := store.AppendEvents(ctx, []dcb.InputEvent{taken}, dcb.Query{}, 0); err != nil {
		panic(err)
	}

	var file bytes.Buffer
	exported, err := dcbfile.Export(ctx, pool, &file, nil)
	if err != nil {
		panic(err)
	}
	imported, err := dcbfile.Import(ctx, other, &file, nil)
	fmt.Println(imported.Events, imported.SHA256 == exported.SHA256, err)
	// Output:
	// 1 true <nil>
}

// The file of an import was cut off, so its events are discarded.
func ExampleDiscard() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	half := `{"format":"dcb events","version":1,"events":2}` + "\n"
	_, err := dcbfile.Import(ctx, pool, strings.NewReader(half), nil)
	fmt.Println(err)
	_, err = dcb.NewEventStore(ctx, pool)
	fmt.Println(err)
	events, err := dcbfile.Discard(ctx, pool)
	fmt.Println(events, err)
	store, err := dcb.NewEventStore(ctx, pool)
	fmt.Println(err)
	store.Close()
	// Output:
	// import a log: its last line, with the digest, is missing, so it was cut off; the import is not finished, and nobody can use the log: import the same file again to go on, or discard what was stored
	// open the event store: an import into its log is not finished: import the same file again to go on, or discard what was stored
	// 0 <nil>
	// <nil>
}
