package dcb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestASetOfTagsIsACandidateByItsRarestTagOnly(t *testing.T) {
	for name, sets := range map[string][]Tags{
		"the rare one last":  {{"hotel:1", "room:0"}, {"hotel:1", "room:1"}, {"hotel:1", "room:2"}},
		"the rare one first": {{"room:0", "hotel:1"}, {"room:1", "hotel:1"}, {"room:2", "hotel:1"}},
	} {
		ix := indexByTag(len(sets), func(i int) Tags { return sets[i] })
		require.Equal(t, []int{1}, ix.among(Tags{"hotel:1", "room:1"}), name)
		require.Empty(t, ix.among(Tags{"hotel:1"}), name)
	}
}

func TestTheCandidatesAreInAscendingOrderAndEachIsNamedOnce(t *testing.T) {
	sets := []Tags{{"a"}, nil, {"b"}, {"a"}, nil}
	ix := indexByTag(len(sets), func(i int) Tags { return sets[i] })
	require.Equal(t, []int{0, 1, 2, 3, 4}, ix.among(Tags{"b", "a", "a"}))
	require.Equal(t, []int{1, 4}, ix.among(nil))
}
