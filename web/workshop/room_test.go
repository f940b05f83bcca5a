package workshop

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web/site"
	"go-crablet/workshop/room"
	"go-crablet/workshop/steps"
)

func boardWithVisits(t *testing.T) room.Board {
	t.Helper()
	all, err := steps.All()
	require.NoError(t, err)
	board := room.Board{People: 2, Left: -time.Minute, Visits: []room.Visit{
		{Name: "Zoë", Step: all[2], Test: "TestSixteenStudentsAndOneSeat", Since: 17 * time.Minute, Quiet: 4 * time.Minute},
		{Name: "Kofi", Step: all[0], Since: 5 * time.Minute, Quiet: 10 * time.Second},
	}}
	for _, step := range all {
		board.Steps = append(board.Steps, room.Row{Step: step})
	}
	board.Steps[0].Begun, board.Steps[0].Green, board.Steps[0].Median = 2, 1, 90*time.Second
	return board
}

func TestARoomNamesThoseWhoMayWantAVisit(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	view := viewOf(site.Layout{}, "k7qm2x", boardWithVisits(t))
	require.NoError(t, roomPage(view).Render(t.Context(), &page))
	for _, words := range []string{"<strong>Zoë</strong>, step 3, for 17 minutes, last check 4 minutes ago", "Sixteen students and one seat", "<strong>Kofi</strong>, step 1, for 5 minutes\n", "It does not compile"} {
		assert.Contains(t, strings.ReplaceAll(page.String(), " <span", "\n <span"), words)
	}
	_, board, _ := strings.Cut(page.String(), `data-stage`)
	board, _, _ = strings.Cut(board, `room__lead`)
	assert.NotContains(t, board, "Zoë", "what the projector shows names nobody")
}

func TestWordsOfARoom(t *testing.T) {
	t.Parallel()
	board := boardWithVisits(t)
	assert.Equal(t, "2 people are here. The time is over.", farOf(board))
	assert.Equal(t, "2 minutes", rowOf(board.Steps[0], board, 0).Median)
	assert.Equal(t, "less than a minute", minutes(20*time.Second))
	assert.Equal(t, "1 minute", minutes(time.Minute))
	for n, want := range []string{"", "1 stops at: One", "2 stop at: One"} {
		assert.Equal(t, want, rowOf(room.Row{Fail: n, Test: "TestOne"}, board, 0).Fails)
	}
	assert.Equal(t, "2 do not compile", rowOf(room.Row{Fail: 2}, board, 0).Fails)
	assert.False(t, sayOf(board.Steps[0]).Ready, "half of them are green")
}
