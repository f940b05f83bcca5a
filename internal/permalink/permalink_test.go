package permalink_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/permalink"
)

func TestIDsAreShortAndUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		id := permalink.NewID()
		require.Regexp(t, `^[a-z2-7]{10}$`, id)
		require.True(t, permalink.CouldBeID(id))
		require.False(t, seen[id])
		seen[id] = true
	}
}

func TestATextWithOtherCharactersIsNotAnID(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"ABCDEFGHIJ", "abc%", "a\x00b", "a\xffb", "' or true --", "abc1", "ab cd"} {
		assert.False(t, permalink.CouldBeID(text), "%q", text)
	}
	assert.True(t, permalink.CouldBeID(strings.Repeat("a", 100_000)), "only the characters count")
}
