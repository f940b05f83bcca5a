package catalogue

import (
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rowsOf draws the seats of a map: a line for each row, with a mark for each seat.
func rowsOf(m SeatMap) []string {
	rows := make([]string, dots(m.Height()))
	for _, run := range m.Runs() {
		rows[dots(run.Y)] += strings.Repeat(run.Look[:1], dots(run.Width))
	}
	return rows
}

// dots returns how many dots wide or high a length is.
func dots(length string) int {
	em, _ := strconv.ParseFloat(strings.TrimSuffix(length, "em"), 64)
	return int(em/dotPitch + 0.5)
}

// The rows of seats are even, so no seat stands alone below the others.
func TestSeatsStandInEvenRows(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		taken, capacity int
		want            []string
	}{
		{0, 1, []string{"f"}},
		{1, 3, []string{"lff"}},
		{14, 15, []string{"tttttttttttttlf"}},
		{15, 16, []string{"tttttttt", "ttttttlf"}},
		{0, 31, []string{"fffffffffff", "fffffffffff", "fffffffff"}},
		{17, 15, []string{"ttttttttt", "tttttloo"}}, // its capacity shrank
	} {
		assert.Equal(t, tt.want, rowsOf(SeatMap{Taken: tt.taken, Capacity: tt.capacity}))
	}
	for capacity := mostPerRow + 1; capacity <= mostDots; capacity++ {
		rows := rowsOf(SeatMap{Capacity: capacity})
		assert.Greater(t, len(rows[len(rows)-1]), len(rows[0])/2, "%d seats", capacity)
	}
}

// WebKit takes rem in an svg inside another one for no length at all, and draws each run over the whole width.
func TestSeatsAreDrawnInUnitsThatEveryBrowserKnows(t *testing.T) {
	t.Parallel()
	dots, bar := seatDrawing(SeatMap{Taken: 17, Capacity: 40}), seatDrawing(SeatMap{Taken: 17, Capacity: 400})
	for _, part := range []templ.Component{dots, bar, seatSprite()} {
		var drawing strings.Builder
		require.NoError(t, part.Render(t.Context(), &drawing))
		assert.Contains(t, drawing.String(), `em"`)
		assert.NotContains(t, drawing.String(), `rem"`)
	}
}
