package dcb

import (
	"testing"

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
