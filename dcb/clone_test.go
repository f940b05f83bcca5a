package dcb

import (
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type tree struct {
	name     string
	children []*tree
	parent   *tree
	notes    map[string][]int
	any      any
	at       time.Time
	pair     [2][]int
	total    *big.Int
	zone     *time.Location
}

func TestACloneSharesNothingThatCouldChange(t *testing.T) {
	root := &tree{
		name: "root", notes: map[string][]int{"a": {1, 2}}, any: []string{"x"},
		at: time.Now(), pair: [2][]int{{1}, nil}, total: big.NewInt(7), zone: time.Local,
	}
	child := &tree{name: "child", parent: root, notes: map[string][]int{}}
	root.children = []*tree{child, child}
	before := root.at

	copied := clone(root)
	require.Equal(t, root, copied)
	require.Same(t, copied, copied.children[0].parent, "a circle is a circle")
	require.Same(t, copied.children[0], copied.children[1], "two pointers to one thing are that")

	copied.name, copied.children[0].name = "other", "other"
	copied.notes["a"][0], copied.notes["b"] = 9, nil
	copied.any.([]string)[0] = "y"
	copied.pair[0][0] = 9
	copied.total.SetInt64(9)
	require.Equal(t, "root", root.name)
	require.Equal(t, "child", child.name)
	require.Equal(t, map[string][]int{"a": {1, 2}}, root.notes)
	require.Equal(t, []string{"x"}, root.any)
	require.Equal(t, 1, root.pair[0][0])
	require.Equal(t, big.NewInt(7), root.total)
	require.Equal(t, before, copied.at)
	require.Same(t, before.Location(), copied.at.Location(), "a time zone is known by its address")
	require.Same(t, root.zone, copied.zone)
}

func TestACloneOfNothingIsNothing(t *testing.T) {
	require.Nil(t, clone[[]int](nil))
	require.Nil(t, clone[map[string]int](nil))
	require.Nil(t, clone[*tree](nil))
	require.Nil(t, clone[any](nil))
	require.Nil(t, clone[func()](nil))
	require.NotNil(t, clone([]int{}))
	require.Equal(t, tree{}, clone(tree{}))
}

func TestASliceOfACloneHasAnEndOfItsOwn(t *testing.T) {
	list := append(make([]int, 0, 8), 1, 2)
	copied := clone(list)
	_ = append(list, 3)
	require.Equal(t, []int{1, 2, 4}, append(copied, 4))
	require.Equal(t, 3, list[:3][2])
}
