package courses_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

func TestAPromotionNamesTheSeatThatWasGivenBack(t *testing.T) {
	t.Parallel()
	facts := given(algebraIsFull, dcb.Facts(ada, waits("noor", "algebra")))
	log := openLog(t, pgtest.New(t), facts...)
	ctx := dcb.WithCorrelationID(dcb.WithCausationID(t.Context(), "a click"), "a request")
	require.NoError(t, UnsubscribeStudent{Student: "ada", Course: "algebra"}.Decide(ctx, log))

	events, _, err := log.ReadSince(t.Context(), dcb.AllEvents(), dcb.At(int64(len(facts))))
	require.NoError(t, err)
	require.Len(t, events, 3)
	left, seated, waitsNoLonger := events[0], events[1], events[2]
	assert.Equal(t, "a click", left.CausationID, "what the context says made the first fact happen")
	assert.Equal(t, "StudentSubscribedToCourse", seated.Type)
	assert.Equal(t, left.ID, seated.CausationID)
	assert.Equal(t, "StudentLeftWaitlist", waitsNoLonger.Type)
	assert.Equal(t, seated.ID, waitsNoLonger.CausationID)
	for _, e := range events {
		assert.Equal(t, "a request", e.CorrelationID)
	}
}
