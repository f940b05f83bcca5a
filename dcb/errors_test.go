package dcb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAConflictNamesItsFirstEvent(t *testing.T) {
	err := &ConflictError{After: 3, Events: []Event{{Type: "A", Position: 5}, {Type: "B", Position: 7}}}
	require.EqualError(t, err, "other events got inside the boundary first: A at position 5, after 3")
	require.ErrorIs(t, err, ErrConflict)
	require.NotErrorIs(t, err, ErrBeyondHead)
}
