package dcb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// However many trips were in vain, five that succeed take all doublings back.
func TestCautionDoublesFiveTimesAtMost(t *testing.T) {
	t.Parallel()
	c := caution{most: mostWary}
	for range 100 {
		c.metSomebody()
	}
	require.Equal(t, caution{most: mostWary, inVain: 5, wary: mostWary - 1}, c)
}
