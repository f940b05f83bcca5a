package dcbtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
)

func repeatedAppends(t *testing.T, log, other dcb.Log) {
	batch := []dcb.InputEvent{event("A", "x"), event("B", "x", "y")}
	for name, query := range map[string]dcb.Query{
		"unconditional":                   {},
		"with a condition":                tagged("x"),
		"that nothing must have happened": dcb.AllEvents(),
	} {
		first, err := log.AppendAfter(t.Context(), batch, query, dcb.Checkpoint{})
		require.NoError(t, err, name)
		require.EqualValues(t, 2, first, name)
		appendTo(t, log, event("Meanwhile", "x"))
		again, err := other.AppendAfter(t.Context(), batch, query, dcb.Checkpoint{})
		require.NoError(t, err, name)
		require.Equal(t, first, again, name)
	}
	batch[0].ID = strings.ToUpper(batch[0].ID)
	again, err := log.AppendAfter(t.Context(), batch, tagged("x"), dcb.Checkpoint{})
	require.NoError(t, err, "an ID is the same in upper case")
	require.EqualValues(t, 2, again)
	require.Len(t, readFrom(t, log, dcb.AllEvents(), 0), 2+3, "nothing was stored again")
}

func repeatedAppendsAtOnce(t *testing.T, log, other dcb.Log) {
	batch := []dcb.InputEvent{event("A", "x"), event("B", "x")}
	logs := []dcb.Log{log, other}
	racetest.AtOnce(30, func(i int) {
		position, err := logs[i%2].AppendAfter(t.Context(), batch, tagged("x"), dcb.Checkpoint{})
		assert.NoError(t, err)
		assert.EqualValues(t, 2, position)
	})
	require.Len(t, readFrom(t, log, dcb.AllEvents(), 0), 2)
}

func repetitionsGiveTagsInAnyOrder(t *testing.T, log, other dcb.Log) {
	batch := []dcb.InputEvent{event("A", "x"), event("B", "y", "x")}
	first := appendTo(t, log, batch...)
	stored := readFrom(t, log, dcb.AllEvents(), 0)
	for _, tags := range []dcb.Tags{{"x", "y"}, {"y", "x", "y"}, {"x", "x", "y", "y"}} {
		batch[1].Tags = tags
		for _, query := range []dcb.Query{{}, tagged("x")} {
			again, err := other.AppendAfter(t.Context(), batch, query, dcb.Checkpoint{})
			require.NoError(t, err, "%v", tags)
			require.Equal(t, first, again, "%v", tags)
		}
	}
	require.Equal(t, stored, readFrom(t, log, dcb.AllEvents(), 0), "nothing was stored again, or changed")
}

// partsAreNoRepetitions makes three appends of two or three events, and then appends made
// of the same events. IDs that are taken are not a conflict: another read would not help.
func partsAreNoRepetitions(t *testing.T, log, other dcb.Log) {
	front, batch, back := events(2, "A", "x"), events(3, "A", "x"), events(2, "A", "x")
	for _, stored := range [][]dcb.InputEvent{front, batch, back} {
		appendTo(t, log, stored...)
	}
	a, b, c := batch[0], batch[1], batch[2]
	reversed := slices.Clone(batch)
	slices.Reverse(reversed)
	for name, events := range map[string][]dcb.InputEvent{
		"the first":                        {a},
		"the last":                         {c},
		"the first two":                    {a, b},
		"the last two":                     {b, c},
		"the first and the last":           {a, c},
		"turned round":                     reversed,
		"with two exchanged":               {b, a, c},
		"the first twice":                  {a, a, b, c},
		"the last twice":                   {a, b, c, c},
		"the last in place of the second":  {a, c, c},
		"with the append in front of it":   slices.Concat(front, batch),
		"with the append behind it":        slices.Concat(batch, back),
		"with the end of the one in front": {front[1], a, b, c},
		"with the start of the one behind": {a, b, c, back[0]},
		"the end of one and a whole one":   {c, back[0], back[1]},
		"halves of two":                    {b, c, back[0]},
		"starts and ends of two":           {front[0], c},
		"with a new one":                   {a, b, c, event("A", "x")},
		"with a new one in front":          {event("A", "x"), a, b, c},
	} {
		for _, query := range []dcb.Query{{}, tagged("x"), dcb.AllEvents()} {
			_, err := other.AppendAfter(t.Context(), events, query, dcb.Checkpoint{})
			assert.Error(t, err, "%s, under %v", name, query)
		}
		_, err := other.AppendAfter(t.Context(), events, dcb.Query{}, dcb.Checkpoint{})
		assert.NotErrorIs(t, err, dcb.ErrConflict, name)
	}
	require.Len(t, readFrom(t, log, dcb.AllEvents(), 0), 7)
	for i, whole := range [][]dcb.InputEvent{front, batch, back} {
		position, err := other.AppendAfter(t.Context(), whole, tagged("x"), dcb.Checkpoint{})
		require.NoError(t, err, "the whole is a repetition")
		require.Equal(t, []int64{2, 5, 7}[i], position)
	}
}

func takenIDs(t *testing.T, log, other dcb.Log) {
	original := dcb.NewInputEvent("A", dcb.Tags{"x"}, []byte(`{"n":1}`))
	appendTo(t, log, original)
	refused := func(what string, events ...dcb.InputEvent) {
		_, err := log.AppendAfter(t.Context(), events, dcb.Query{}, dcb.Checkpoint{})
		require.Error(t, err, what)
		require.NotErrorIs(t, err, dcb.ErrConflict, what)
	}
	otherType, otherTags, moreTags, otherData := original, original, original, original
	otherType.Type, otherData.Data = "B", []byte(`{"n":2}`)
	otherTags.Tags, moreTags.Tags = dcb.Tags{"y"}, dcb.Tags{"x", "y"}
	refused("another type", otherType)
	refused("other tags", otherTags)
	refused("one more tag", moreTags)
	refused("other data", otherData)
	otherData.Data = []byte(`{"n": 1}`)
	refused("the same value in other bytes", otherData)
	refused("half of an append", original, event("New"))
	twice := event("Twice")
	refused("an ID twice in one append", twice, twice)
	_, err := log.AppendAfter(t.Context(), []dcb.InputEvent{otherType}, dcb.AllEvents(), dcb.Checkpoint{})
	require.Error(t, err, "under a condition that does not hold")
	require.Len(t, readFrom(t, log, dcb.AllEvents(), 0), 1)
}
