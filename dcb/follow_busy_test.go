package dcb_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// The connection is closed afterwards, as it is when the database is lost. But another try would
// leave the rows open, too.
func TestAHandlerThatLeavesRowsOpenHasFailed(t *testing.T) {
	t.Parallel()
	errOwn := errors.New("it is not for me")
	for name, test := range map[string]struct {
		returns error
		says    string
	}{
		"and returns no error":  {nil, "it left rows open that it had asked for"},
		"and returns its error": {errOwn, errOwn.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := openStore(t, pgtest.New(t))
			appendAll(t, store, event("A"))
			tries := 0
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			err := store.Follow(ctx, dcb.Consumer{Name: "c", Query: dcb.AllEvents(), Tries: 2, Handle: func(ctx context.Context, tx pgx.Tx, _ []dcb.Event) error {
				tries++
				_, err := tx.Query(ctx, `select generate_series(1, 100000)`)
				require.NoError(t, err)
				return test.returns
			}})
			require.EqualError(t, err, `follow the log as consumer "c": handle what was appended at position 1 (tries: 2): `+test.says)
			require.Equal(t, 2, tries)
		})
	}
}
