package dcb

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// PostgreSQL may tell in any order which questions an event answers, and one of them twice.
func TestAnEventIsFoundOnceForEachQuestion(t *testing.T) {
	t.Parallel()
	var batch pgx.Batch
	batch.Queue(`
		select 7::bigint, null::text, null::timestamptz, null::int[], array[1, 0, 1]::int[],
		       7::bigint, 'an id', 'A', '{}'::text[], '{}'::bytea, '', '', null::json, now()`)
	results := pgtest.New(t).SendBatch(t.Context(), &batch)
	f, err := findings(results, 2, 10, nil)
	require.NoError(t, errors.Join(err, results.Close()))
	require.Len(t, f.events[0], 1)
	require.Len(t, f.events[1], 1)
}
