package dcb

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

func TestATrailRemembersTheLastPlaces(t *testing.T) {
	been := trail{At(1)}
	named := Checkpoint{Position: 1, EventID: NewID()}
	been = been.reached(named)
	require.Equal(t, trail{named}, been, "the event at a place, once it is known")
	for position := int64(2); position <= 100; position++ {
		been = been.reached(At(position))
		require.Equal(t, At(position), been.last())
		require.Len(t, been, int(min(position, longestTrail)))
		require.Equal(t, max(1, position-longestTrail+1), been[0].Position)
	}
}

// It is not known which places are in the log that is there now.
func TestATrailThatCannotBeComparedBeginsAnew(t *testing.T) {
	pool, err := pgxpool.New(t.Context(), "postgres://nobody@127.0.0.1:1/nothing")
	require.NoError(t, err)
	defer pool.Close()
	been := trail{{Position: 1, EventID: NewID()}}
	store := newStore(pool, Options{})
	defer store.Close()
	require.Zero(t, store.lastHere(t.Context(), been))
}
