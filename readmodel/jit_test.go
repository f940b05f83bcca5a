package readmodel

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// A table that is read as a whole makes a query look expensive to the planner, which would
// compile it first: see walkIndexes.
func TestNoQueryIsCompiledFirst(t *testing.T) {
	t.Parallel()
	conn := ownSession(t, pgtest.New(t))
	for _, begin := range []pgx.TxOptions{toChange, {BeginQuery: "begin; " + walkIndexes}} {
		var compiles string
		err := pgx.BeginTxFunc(t.Context(), conn, begin, func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), `show jit`).Scan(&compiles)
		})
		require.NoError(t, err)
		require.Equal(t, "off", compiles)
	}
}
