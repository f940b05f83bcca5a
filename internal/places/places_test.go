package places

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// takes returns how many places somebody gets who wants all of them.
func takes(r *Room[string], who string) (n int) {
	for r.Take(who) {
		n++
	}
	return n
}

func TestNobodyTakesAllPlaces(t *testing.T) {
	t.Parallel()
	room := NewRoom[string](100)
	assert.Equal(t, 50, takes(room, "first"))
	assert.Equal(t, 25, takes(room, "second"))
	assert.Equal(t, 13, takes(room, "third"))
	assert.Equal(t, 6, takes(room, "fourth"))
	assert.Zero(t, takes(room, "first"), "more than it has are not left")
	assert.Equal(t, 50, room.Of("first"))
}

func TestAPlaceThatIsGivenBackIsFree(t *testing.T) {
	t.Parallel()
	room := NewRoom[string](3)
	require.Equal(t, 2, takes(room, "a"))
	require.Equal(t, 1, takes(room, "b"))
	require.False(t, room.Take("c"))
	room.Leave("a")
	require.False(t, room.Take("a"), "one is left, and it has one")
	require.True(t, room.Take("c"))
	room.Leave("a")
	room.Leave("b")
	room.Leave("c")
	require.Equal(t, 2, takes(room, "d"))
	require.NotContains(t, room.taken, "a", "who has none is forgotten")
}

func TestARoomWithoutPlaces(t *testing.T) {
	t.Parallel()
	require.False(t, NewRoom[string](0).Take("anybody"))
}
